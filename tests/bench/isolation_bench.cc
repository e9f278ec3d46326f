// SPDX-License-Identifier: Apache-2.0
//
// What a worker process costs: a call, from one thread and from eight; its start; and many definitions through
// a PKCS #11 token, where with_token (tests/pkcs11) has made one:
//
//    tests/pkcs11/with_token softhsm build/release/tests/keyseat_bench --benchmark_filter='call|worker|token'

#include "driver/node.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

namespace keyseat::bench {
namespace {

using test::Node;
using Clock = std::chrono::steady_clock;

// A node whose one protector has a symmetric key: the least work that a plugin does.
struct KeyfileNode {
   explicit KeyfileNode(const char *isolation) : node({"dev"}, "oct") {
      node.configure(fmt::format(
            R"({{ "protectors": {{ "dev": {{ "plugin": "keyfile", "config": {{ "key": "dev.jwk" }},
                                             "isolation": "{}" }} }},
                  "rules": [ {{ "protect": [ "dev" ] }} ] }})",
            isolation));
      protector = &node.driver().protectors().open("dev");
      protector->status({}); // from then on calls run in parallel
      wrapped = protector->wrap({}, Bytes(32, 7));
   }

   Node node;
   Protector *protector = nullptr;
   WrappedCek wrapped;
};

void report_percentiles(benchmark::State &state, std::vector<double> &times) {
   std::sort(times.begin(), times.end());
   const auto at = [&](std::size_t percent) { return times[(times.size() - 1) * percent / 100]; };
   state.counters["p50_us"] = at(50);
   state.counters["p99_us"] = at(99);
}

void call(benchmark::State &state, const char *isolation) {
   const KeyfileNode node(isolation);
   std::vector<double> times;
   for (auto _ : state) {
      const Clock::time_point before = Clock::now();
      node.protector->unwrap({}, node.wrapped.header, node.wrapped.encrypted_key);
      times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - before).count());
   }
   report_percentiles(state, times);
}

BENCHMARK_CAPTURE(call, in_process, "none")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(call, worker, "process")->Unit(benchmark::kMicrosecond);

// Eight threads of the host share one worker; the time is that of one call, by the wall.
void call_by_threads(benchmark::State &state, const char *isolation) {
   static std::unique_ptr<KeyfileNode> node;
   if (state.thread_index() == 0) node = std::make_unique<KeyfileNode>(isolation);
   for (auto _ : state) // the threads wait for each other at its begin and at its end
      node->protector->unwrap({}, node->wrapped.header, node->wrapped.encrypted_key);
   if (state.thread_index() == 0) node.reset();
}

BENCHMARK_CAPTURE(call_by_threads, in_process, "none")->Threads(8)->UseRealTime();
BENCHMARK_CAPTURE(call_by_threads, worker, "process")->Threads(8)->UseRealTime();

// A worker for each status: started, its library loaded, its instance opened and closed.
void worker_start(benchmark::State &state) {
   Node node({"dev"}, "oct");
   for (auto _ : state) {
      state.PauseTiming();
      node.configure(
            R"({ "protectors": { "dev": { "plugin": "keyfile", "config": { "key": "dev.jwk" },
                                                   "isolation": "process" } },
                          "rules": [ { "protect": [ "dev" ] } ] })");
      state.ResumeTiming();
      node.driver().protectors().open("dev").status({});
   }
}

BENCHMARK(worker_start)->Unit(benchmark::kMillisecond);

// Seals and opens as many definitions, with one key in SoftHSM.
void token(benchmark::State &state, const char *isolation) {
   Node node({"dev"}, "oct");
   const auto tokens = std::filesystem::path(std::getenv("SOFTHSM2_CONF")).parent_path();
   const auto pin = node.write("pin", "5678-user-pin");
   std::filesystem::permissions(pin, std::filesystem::perms(0600));
   node.configure(fmt::format(
         R"({{ "protectors": {{ "hsm": {{ "plugin": "pkcs11",
                 "config": {{ "uri": "pkcs11:token=test;object={0}", "pin-source": "pin",
                              "module": "/usr/lib/softhsm/libsofthsm2.so" }},
                 "isolation": {{ "mode": "{1}"{2} }} }} }},
               "rules": [ {{ "protect": [ "hsm" ] }} ] }})",
         node.folder().filename().string(), isolation,
         std::string_view(isolation) == "process"
               ? fmt::format(R"(, "write": ["{}"])", tokens.string())
               : ""));
   node.create("hsm", "oct");
   const std::string definition = test::sql_server_definition();
   for (auto _ : state) {
      for (std::int64_t i = 0; i < state.range(0); ++i)
         benchmark::DoNotOptimize(node.decrypt(node.encrypt(definition)));
   }
}

[[maybe_unused]] const bool has_token = [] {
   if (std::getenv("SOFTHSM2_CONF") == nullptr) return false;
   for (const char *isolation : {"none", "process"}) {
      benchmark::RegisterBenchmark(fmt::format("token/{}", isolation).c_str(), token, isolation)
            ->Arg(100)
            ->Arg(10'000)
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
   }
   return true;
}();

} // namespace
} // namespace keyseat::bench
