// SPDX-License-Identifier: Apache-2.0

#include "algorithm.h"

#include <keyseat/sdk/jose/primitives.h>

namespace pkcs11 {

namespace {

Failure nothing_works(const std::string &refusals) {
   return Failure(
                KEYSEAT_E_UNSUPPORTED,
                refusals.empty()
                      ? "the token offers no mechanism by which this key may wrap and unwrap"
                      : "the token refuses every way to wrap and unwrap with this key: " + refusals)
         .with_hint(
               "compare the key's usage attributes and the token's mechanisms with the plugin's "
               "README");
}

std::string refusal_of(const CryptokiError &error) {
   switch (meaning_of(error.rv())) {
      case Meaning::not_offered:
      case Meaning::bad_input:
      case Meaning::vague:
         return std::string(error.function()) + " " + rv_name(error.rv());
      default:
         throw CryptokiError(error);
   }
}

using TryIt = std::function<void(const Algorithm &)>;

// What the token says about a way of which it is not capable; none: it is.
std::optional<std::string> try_one(const Algorithm &algorithm, const TryIt &try_it) {
   try {
      try_it(algorithm);
      return std::nullopt;
   } catch (const CryptokiError &error) {
      return refusal_of(error);
   } catch (const Failure &failure) {
      if (failure.status() != KEYSEAT_E_UNSUPPORTED && failure.status() != KEYSEAT_E_TAMPERED) {
         throw;
      }
      return failure.message();
   }
}

} // namespace

Algorithms algorithms_of(const Key &key, const Mechanisms &mechanisms) {
   if (!key.is_pair()) return aes_algorithms(key, mechanisms);
   return key.is_rsa() ? rsa_algorithms(key, mechanisms) : ec_algorithms(key, mechanisms);
}

void verify(const Algorithm &algorithm, const Operation &op) {
   const SecretBytes cek = jose::random_secret(op.memory, KEYSEAT_CEK_SIZE);
   const WrappedKey wrapped = algorithm.wrap(op, cek);
   const auto header = jose::read_jose_header(wrapped.header);
   if (!header) throw Failure(KEYSEAT_E_INTERNAL, "a header was made that cannot be read");
   const SecretBytes unwrapped = algorithm.unwrap(op, *header, wrapped.encrypted_key);
   if (!jose::constant_time_equal(cek, unwrapped)) {
      throw Failure(KEYSEAT_E_UNSUPPORTED,
                    algorithm.mechanism() + " does not give back what it was given");
   }
}

std::shared_ptr<const Algorithm> choose(const Algorithms &algorithms, const TryIt &try_it) {
   std::string refusals;
   for (const auto &algorithm : algorithms) {
      auto refusal = try_one(*algorithm, try_it);
      // A device that stumbles once may say anything: only what comes again is meant.
      if (refusal) refusal = try_one(*algorithm, try_it);
      if (!refusal) return algorithm;
      refusals += (refusals.empty() ? "" : "; ") + algorithm->mechanism() + ": " + *refusal;
   }
   throw nothing_works(refusals);
}

} // namespace pkcs11
