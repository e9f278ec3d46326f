// SPDX-License-Identifier: Apache-2.0
//
// Sealing and opening one definition in memory, beside the floor of the bare primitives.

#include "bench/floor.h"
#include "driver/node.h"

#include <benchmark/benchmark.h>

namespace keyseat::bench {
namespace {

using test::Node;
using test::sql_server_definition;

// What one SQL Server definition comes to (`keyseat inspect --json` shows it): payload, protected
// header, recipients and bound members, in bytes.
constexpr std::size_t kPlaintext = 448;
constexpr std::size_t kAssociated = 900;
constexpr std::size_t kDigested = 900;

const char *key_type(FloorKey key) { return key == FloorKey::oct ? "oct" : "P-256"; }

void seal_definition(benchmark::State &state, FloorKey key) {
   Node node({"dev"}, key_type(key));
   const std::string definition = sql_server_definition();
   for (auto _ : state)
      benchmark::DoNotOptimize(node.encrypt(definition));
}

void open_definition(benchmark::State &state, FloorKey key) {
   Node node({"dev"}, key_type(key));
   const std::string encrypted = node.encrypt(sql_server_definition());
   for (auto _ : state)
      benchmark::DoNotOptimize(node.decrypt(encrypted));
}

void seal_floor(benchmark::State &state, FloorKey key) {
   Floor floor(key, kPlaintext, kAssociated, kDigested);
   for (auto _ : state)
      floor.seal();
}

void open_floor(benchmark::State &state, FloorKey key) {
   Floor floor(key, kPlaintext, kAssociated, kDigested);
   for (auto _ : state)
      floor.open();
}

BENCHMARK_CAPTURE(seal_floor, oct, FloorKey::oct);
BENCHMARK_CAPTURE(seal_definition, oct, FloorKey::oct);
BENCHMARK_CAPTURE(open_floor, oct, FloorKey::oct);
BENCHMARK_CAPTURE(open_definition, oct, FloorKey::oct);
BENCHMARK_CAPTURE(seal_floor, p256, FloorKey::p256);
BENCHMARK_CAPTURE(seal_definition, p256, FloorKey::p256);
BENCHMARK_CAPTURE(open_floor, p256, FloorKey::p256);
BENCHMARK_CAPTURE(open_definition, p256, FloorKey::p256);

} // namespace
} // namespace keyseat::bench
