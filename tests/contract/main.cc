// SPDX-License-Identifier: Apache-2.0
//
//    contract_test --library=FILE --config=FILE --configuration=NAME [--token=TEXT] [GoogleTest's options]
//
// Holds a plugin library to the contract: each test names the rules of <keyseat/plugin.h> that it
// checks. It loads the library by itself and uses nothing of the framework. The tests run in a child
// process: for gdb, `set follow-fork-mode child`.

#include "contract/contract_test.h"
#include "contract/supervised.h"

#include <exception>
#include <iostream>
#include <optional>
#include <string>

namespace {

std::optional<std::string> optional(int argc, char **argv, const std::string &name) {
   const std::string prefix = "--" + name + "=";
   for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      if (argument.compare(0, prefix.size(), prefix) == 0) return argument.substr(prefix.size());
   }
   return std::nullopt;
}

std::string option(int argc, char **argv, const std::string &name) {
   if (auto value = optional(argc, argv, name)) return *value;
   throw std::runtime_error("missing --" + name + "=");
}

int refuse(const std::exception &error) {
   std::cerr << "contract_test: " << error.what() << '\n';
   return 2;
}

int run_tests(int argc, char **argv) {
   try {
      contract::subject().configuration = contract::read_configuration(
            option(argc, argv, "config"), option(argc, argv, "configuration"));
      contract::subject().token = optional(argc, argv, "token").value_or("");
      contract::subject().library = std::make_unique<contract::Library>(
            option(argc, argv, "library"), contract::subject().token);
      contract::check_settings(contract::subject().configuration,
                               contract::subject().library->descriptor());
   } catch (const std::exception &error) {
      return refuse(error);
   }
   return RUN_ALL_TESTS();
}

} // namespace

int main(int argc, char **argv) {
   testing::InitGoogleTest(&argc, argv);
   try {
      return contract::run_supervised([&] { return run_tests(argc, argv); });
   } catch (const std::exception &error) {
      return refuse(error);
   }
}
