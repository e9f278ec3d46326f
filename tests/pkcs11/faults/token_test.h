// SPDX-License-Identifier: Apache-2.0
//
// TokenTest: a SoftHSM token behind the faulty module, and the plugin in this process, without the framework.

#ifndef KEYSEAT_TESTS_PKCS11_FAULTS_TOKEN_TEST_H
#define KEYSEAT_TESTS_PKCS11_FAULTS_TOKEN_TEST_H

#include "contract/library.h"
#include "contract/opened.h"
#include "pkcs11/faults/plan_file.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace pkcs11_test {

// What the command line says; set before the tests run.
struct Subject {
   std::string library; // the plugin
   std::string module;  // the faulty one
   std::string token;   // the folder of the token
};
Subject &subject();

class TokenTest : public testing::Test {
 protected:
   TokenTest();

   static const keyseat_descriptor &descriptor();
   static std::map<std::string, std::string> settings(const std::string &object);

   // An algorithm that the protectors are to use; empty: the one that suits the key.
   std::string alg_;

   // The protector of the key that is called `object`.
   std::unique_ptr<contract::Opened> open(const std::string &object);

   // Makes the key unless there is one.
   void ensure_key(const std::string &object, const std::string &key_type);

   static contract::Bytes random_cek();

   contract::Host host_; // answers with the PIN
   PlanFile plan_{subject().token};
};

// The status that a failed call may have when the device is at fault, never the input.
bool blames_the_device(keyseat_status status);

} // namespace pkcs11_test

#endif
