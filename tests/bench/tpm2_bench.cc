// SPDX-License-Identifier: Apache-2.0
//
//    with_swtpm tpm2_bench
//
// Opening definitions by a key of a TPM, beside the floor of the bare ESYS calls. The TPM is swtpm, which is
// many times faster than a chip: what counts are the ratios.

#include "bench/bare_tpm.h"
#include "driver/node.h"

#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include <filesystem>

namespace keyseat::bench {
namespace {

using test::Node;
using test::sql_server_definition;

std::string tcti() { return "swtpm:path=" + (std::filesystem::current_path() / "tpm").string(); }

// A node whose protector is the TPM.
class TpmNode {
 public:
   explicit TpmNode(const std::string &mode)
         : configuration_(fmt::format(
                 R"({{ "protectors": {{ "node": {{ "plugin": "tpm2", "config": {{ "key": "node.tpm2",
                    "mode": "{}", "tcti": "{}" }} }} }}, "rules": [ {{ "protect": ["node"] }} ] }})",
                 mode, tcti())) {
      start_over();
      node_.create("node", "P-256");
      encrypted_ = node_.encrypt(sql_server_definition());
   }

   // As a new process: nothing is loaded or unsealed.
   void start_over() { node_.configure(configuration_); }
   void decrypt() { benchmark::DoNotOptimize(node_.decrypt(encrypted_)); }

 private:
   const std::string configuration_;
   Node node_;
   std::string encrypted_;
};

void bare(benchmark::State &state, TpmUse use) {
   const BareTpm tpm(tcti(), use);
   for (auto _ : state)
      tpm.use();
}

// The first definition of a process, the TPM's work included.
void first_definition(benchmark::State &state, const std::string &mode) {
   TpmNode node(mode);
   for (auto _ : state) {
      state.PauseTiming();
      node.start_over();
      state.ResumeTiming();
      node.decrypt();
   }
}

// Each further one.
void next_definition(benchmark::State &state, const std::string &mode) {
   TpmNode node(mode);
   node.decrypt();
   for (auto _ : state)
      node.decrypt();
}

// So many by one process, with one unseal.
void definitions(benchmark::State &state) {
   TpmNode node("sealed");
   for (auto _ : state) {
      node.start_over();
      for (std::int64_t i = 0; i < state.range(0); ++i)
         node.decrypt();
   }
   state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(bare, unseal, TpmUse::unseal)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
BENCHMARK_CAPTURE(first_definition, sealed, std::string("sealed"))
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
BENCHMARK_CAPTURE(next_definition, sealed, std::string("sealed"))
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
BENCHMARK(definitions)
      ->Arg(100)
      ->Arg(10'000)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
BENCHMARK_CAPTURE(bare, agree, TpmUse::agree)
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();
BENCHMARK_CAPTURE(next_definition, resident, std::string("resident"))
      ->Unit(benchmark::kMillisecond)
      ->MeasureProcessCPUTime()
      ->UseRealTime();

} // namespace
} // namespace keyseat::bench
