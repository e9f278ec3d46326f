// SPDX-License-Identifier: Apache-2.0
//
// Opens the credential of a definition and says what is in it:
//
//    open-credential keyseat.json definition.json

#include <keyseat/driver.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char **argv) {
   if (argc != 3) return 2;
   try {
      keyseat::ConfigSearch search;
      search.named = argv[1];
      const keyseat::Config config = keyseat::Config::load(search);
      const auto prompter = keyseat::no_prompter(); // a service: nobody can be asked
      keyseat::Driver driver(config, *prompter);

      std::ifstream stream(argv[2], std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(stream)), {});
      keyseat::DefinitionFile file;
      file.content = keyseat::as_bytes(content);
      file.name = argv[2];
      const keyseat::Opened opened = driver.open(file);
      for (const auto &secret : opened.secrets) {
         // secret.value.reveal_text() is what a connection takes.
         std::printf("%s: %zu bytes\n", secret.pointer.c_str(), secret.value.size());
      }
      return 0;
   } catch (const keyseat::Error &error) {
      std::fprintf(stderr, "%s\n%s\n", error.message().c_str(), error.hint().c_str());
      return error.exit_code();
   }
}
