// SPDX-License-Identifier: Apache-2.0
//
//    pkcs11_faults_test --library=FILE --module=FILE --token=FOLDER [GoogleTest's options]
//
// The pkcs11 plugin on a module at fault (faulty_module.c), over a SoftHSM token that tests/pkcs11/with_token has made.

#include "pkcs11/faults/token_test.h"

#include <iostream>

int main(int argc, char **argv) {
   testing::InitGoogleTest(&argc, argv);
   pkcs11_test::Subject &subject = pkcs11_test::subject();
   const std::map<std::string, std::string *> options{{"--library=", &subject.library},
                                                      {"--module=", &subject.module},
                                                      {"--token=", &subject.token}};
   for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      for (const auto &[prefix, value] : options) {
         if (argument.rfind(prefix, 0) == 0) *value = argument.substr(prefix.size());
      }
   }
   if (subject.library.empty() || subject.module.empty() || subject.token.empty()) {
      std::cerr << "pkcs11_faults_test: --library=, --module= and --token= are needed\n";
      return 2;
   }
   return RUN_ALL_TESTS();
}
