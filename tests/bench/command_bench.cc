// SPDX-License-Identifier: Apache-2.0
//
// One file through the command line, beside a program that only initialises libcrypto.

#include "driver/node.h"

#include <benchmark/benchmark.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace keyseat::bench {
namespace {

using test::Node;

// Runs a program to its end, with its output thrown away.
void run(const std::vector<std::string> &command) {
   std::vector<char *> arguments;
   for (const auto &word : command)
      arguments.push_back(const_cast<char *>(word.c_str()));
   arguments.push_back(nullptr);
   posix_spawn_file_actions_t actions;
   posix_spawn_file_actions_init(&actions);
   posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
   pid_t child = 0;
   if (posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) {
      throw std::runtime_error("cannot start " + command[0]);
   }
   posix_spawn_file_actions_destroy(&actions);
   int status = 0;
   waitpid(child, &status, 0);
   if (status != 0) throw std::runtime_error(command[0] + " failed");
}

const std::string kKeyseat = KEYSEAT_BUILD_DIR "/bin/keyseat";

void command_floor(benchmark::State &state) {
   for (auto _ : state)
      run({KEYSEAT_BUILD_DIR "/tests/crypto_start"});
}

void command_encrypt(benchmark::State &state) {
   Node node({"dev"});
   const auto file = node.write("definition.json", test::sql_server_definition());
   const auto config = (node.folder() / "keyseat.json").string();
   for (auto _ : state)
      run({kKeyseat, "--config", config, "encrypt", file.string()});
}

void command_decrypt(benchmark::State &state) {
   Node node({"dev"});
   const auto file = node.write("definition.json", node.encrypt(test::sql_server_definition()));
   const auto config = (node.folder() / "keyseat.json").string();
   for (auto _ : state)
      run({kKeyseat, "--config", config, "decrypt", file.string()});
}

BENCHMARK(command_floor)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(command_encrypt)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(command_decrypt)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
} // namespace keyseat::bench
