// SPDX-License-Identifier: Apache-2.0
//
// One file with many secrets: time grows linearly with their number.

#include "driver/node.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

namespace keyseat::bench {
namespace {

using test::Node;

// A REST service with `count` parameters, each with a SecureString default.
std::string definition_with(std::int64_t count) {
   std::string text = R"({"name":"Many","properties":{"type":"RestService","parameters":{)";
   for (std::int64_t i = 0; i < count; ++i) {
      text +=
            fmt::format("{}\n\"p{}\":{{\"type\":\"SecureString\",\"defaultValue\":\"secret-{}\"}}",
                        i == 0 ? "" : ",", i, i);
   }
   return text + R"(},"typeProperties":{"url":"https://host/"}}})";
}

void seal_many(benchmark::State &state) {
   Node node({"dev"}, "oct");
   const std::string definition = definition_with(state.range(0));
   for (auto _ : state)
      benchmark::DoNotOptimize(node.encrypt(definition));
   state.counters["per_secret"] = benchmark::Counter(
         static_cast<double>(state.range(0)),
         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void open_many(benchmark::State &state) {
   Node node({"dev"}, "oct");
   const std::string encrypted = node.encrypt(definition_with(state.range(0)));
   for (auto _ : state)
      benchmark::DoNotOptimize(node.decrypt(encrypted));
   state.counters["per_secret"] = benchmark::Counter(
         static_cast<double>(state.range(0)),
         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK(seal_many)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);
BENCHMARK(open_many)->Arg(1000)->Arg(20000)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace keyseat::bench
