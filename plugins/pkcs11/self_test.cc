// SPDX-License-Identifier: Apache-2.0
//
// Pkcs11Protector::self_test: a known answer of the token's key wrap, then the real key.

#include "protector.h"

#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/sdk/jose/self_test_report.h>

namespace pkcs11 {

namespace {

// Whether what the token makes with a key of known value opens in software with it: A256KW is then
// RFC 3394's, A256GCMKW NIST's. None where the token takes no key from outside.
std::optional<bool> agrees_with_software(const Call &call, Attached &attached,
                                         const Algorithm &algorithm) {
   const SecretBytes value = jose::random_secret(call.secret_memory(), 32);
   const SecretBytes cek = jose::random_secret(call.secret_memory(), KEYSEAT_CEK_SIZE);
   try {
      return in_session(call, attached.sessions, [&](const Session &session) {
         const CK_FUNCTION_LIST &f = attached.module->functions();
         Template made;
         made.number(CKA_CLASS, CKO_SECRET_KEY)
               .number(CKA_KEY_TYPE, CKK_AES)
               .truth(CKA_TOKEN, false)
               .bytes(CKA_VALUE, value);
         for (const CK_ATTRIBUTE_TYPE use : {CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP})
            made.truth(use, true);
         TemporaryObject object(f, session.handle());
         check(f.C_CreateObject(session.handle(), made.data(), made.size(), object.out()),
               "C_CreateObject");
         Key key;
         key.own_object = object.handle();
         const Operation op{f, session.handle(), key, "self-test", call.secret_memory(), {}};
         const WrappedKey wrapped = algorithm.wrap(op, cek);
         const auto header = jose::read_jose_header(wrapped.header);
         const auto opened =
               header->alg == "A256KW"
                     ? jose::aes_key_unwrap(call.secret_memory(), value, wrapped.encrypted_key)
                     : jose::aes_gcm_open(call.secret_memory(), value, header->iv, {},
                                          wrapped.encrypted_key, header->tag);
         return opened && jose::constant_time_equal(*opened, cek);
      });
   } catch (const CryptokiError &) {
      return std::nullopt;
   }
}

} // namespace

std::string Pkcs11Protector::self_test(const Call &call) {
   jose::SelfTestReport report;
   device_.with_key(call, [&](Attached &attached, const KnownKey &known) {
      report = {};
      report.add("mechanism", true, known.algorithm->mechanism());
      if (known.key.is_pair()) return;
      if (const auto agrees = agrees_with_software(call, attached, *known.algorithm)) {
         report.add("known-key", *agrees,
                    "what the token wraps under a key of known value opens in software");
      }
   });
   jose::test_round_trip(call, *this, report);
   return report.json();
}

} // namespace pkcs11
