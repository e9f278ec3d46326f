// SPDX-License-Identifier: Apache-2.0
#include "rsa_consistency.h"

#include <openssl/bn.h>

namespace keyseat::sdk::jose {
namespace {

using NumberPtr = std::unique_ptr<BIGNUM, OpensslFree<BN_clear_free>>;
using NumberContextPtr = std::unique_ptr<BN_CTX, OpensslFree<BN_CTX_free>>; // wipes its numbers

// A secret number: wiped when freed; operations on it take a time that depends on its size only.
NumberPtr new_number() {
   NumberPtr number(BN_secure_new());
   if (!number) throw std::bad_alloc();
   BN_set_flags(number.get(), BN_FLG_CONSTTIME);
   return number;
}

NumberPtr number_from(BytesView big_endian) {
   NumberPtr number = new_number();
   if (BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), number.get()) == nullptr)
      openssl_failed("BN_bin2bn");
   return number;
}

class Arithmetic {
 public:
   Arithmetic() : context_(BN_CTX_secure_new_ex(openssl().context)) {
      if (!context_) throw std::bad_alloc();
   }

   NumberPtr product(const NumberPtr &a, const NumberPtr &b) const {
      NumberPtr result = new_number();
      require(BN_mul(result.get(), a.get(), b.get(), context_.get()), "BN_mul");
      return result;
   }

   NumberPtr remainder(const NumberPtr &number, const NumberPtr &modulus) const {
      NumberPtr result = new_number();
      require(BN_mod(result.get(), number.get(), modulus.get(), context_.get()), "BN_mod");
      return result;
   }

   // a b = 1 modulo `modulus`
   bool are_inverse(const NumberPtr &a, const NumberPtr &b, const NumberPtr &modulus) const {
      return BN_is_one(remainder(product(a, b), modulus).get()) == 1;
   }

 private:
   NumberContextPtr context_;
};

bool is_same(const NumberPtr &a, const NumberPtr &b) { return BN_cmp(a.get(), b.get()) == 0; }

bool is_odd_beyond_one(const NumberPtr &number) {
   return BN_is_odd(number.get()) == 1 && BN_is_one(number.get()) == 0;
}

// One less than an odd number.
NumberPtr predecessor(const NumberPtr &odd) {
   NumberPtr result = new_number();
   if (BN_copy(result.get(), odd.get()) == nullptr) openssl_failed("BN_copy");
   BN_set_flags(result.get(), BN_FLG_CONSTTIME);
   require(BN_clear_bit(result.get(), 0), "BN_clear_bit");
   return result;
}

NumberPtr secret_named(std::string_view name, const PrivateNumbers &secrets) {
   for (const PrivateNumber &secret : secrets) {
      if (secret.name == name) return number_from(secret.value);
   }
   throw Failure(KEYSEAT_E_INTERNAL, "a secret number of an RSA key is missing");
}

} // namespace

bool rsa_numbers_agree(const PublicNumbers &numbers, const PrivateNumbers &secrets) {
   const ErrorScope errors;
   const Arithmetic arithmetic;
   const NumberPtr n = number_from(numbers.n);
   const NumberPtr e = number_from(numbers.e);
   const NumberPtr d = secret_named("d", secrets);
   const NumberPtr p = secret_named("p", secrets);
   const NumberPtr q = secret_named("q", secrets);
   const NumberPtr qi = secret_named("qi", secrets);
   if (!is_odd_beyond_one(p) || !is_odd_beyond_one(q) || !is_same(arithmetic.product(p, q), n))
      return false;
   const NumberPtr p_less_1 = predecessor(p);
   const NumberPtr q_less_1 = predecessor(q);
   return BN_cmp(d.get(), n.get()) < 0 && arithmetic.are_inverse(e, d, p_less_1) &&
          arithmetic.are_inverse(e, d, q_less_1) &&
          is_same(secret_named("dp", secrets), arithmetic.remainder(d, p_less_1)) &&
          is_same(secret_named("dq", secrets), arithmetic.remainder(d, q_less_1)) &&
          BN_cmp(qi.get(), p.get()) < 0 && arithmetic.are_inverse(qi, q, p);
}

} // namespace keyseat::sdk::jose
