// SPDX-License-Identifier: Apache-2.0
//
// HostedTest: the plugin behind the framework's host, in this process or in a worker process, on a key of its own.

#ifndef KEYSEAT_TESTS_PKCS11_FAULTS_HOSTED_TEST_H
#define KEYSEAT_TESTS_PKCS11_FAULTS_HOSTED_TEST_H

#include "pkcs11/faults/token_test.h"

#include "host/plugin.h"

#include <cstdint>
#include <memory>
#include <string>

namespace pkcs11_test {

enum class Place : std::uint8_t { here, worker };

// What is asked of a protector.
enum class Act : std::uint8_t { unwrap, wrap, status };

class HostedTest : public TokenTest {
 protected:
   HostedTest(); // writes the file with the PIN

   // Makes the key of that type unless there is one, and wraps cek_ under it.
   void make_key(const std::string &key_type);

   // Of the key that is called `object`.
   std::unique_ptr<keyseat::Protector> open_protector(const std::string &object, Place place) const;

   contract::Bytes unwrap(keyseat::Protector &protector, const keyseat::WrappedCek &wrapped) const;

   // The message of the failure, which is one of the device; empty when it comes to none. Then what came of
   // it is right: the CEK, what was wrapped, the key that is named.
   std::string failure_of(Act act, keyseat::Protector &protector,
                          std::uint32_t timeout_ms = keyseat::kDefaultTimeout) const;

   // How many calls into the module it makes, when nothing is spoiled.
   std::uint32_t calls_of(Act act, keyseat::Protector &protector);

   std::string object_;
   contract::Bytes cek_ = random_cek();
   keyseat::WrappedCek wrapped_; // of cek_
   std::string kid_;

 private:
   void perform(Act act, keyseat::Protector &protector, const keyseat::CallContext &call) const;

   std::unique_ptr<keyseat::Prompter> nobody_ = keyseat::no_prompter();
};

} // namespace pkcs11_test

#endif
