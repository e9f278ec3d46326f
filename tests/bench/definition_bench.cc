// SPDX-License-Identifier: Apache-2.0
//
// Sealing and opening one definition in memory, beside the floor of the bare primitives.

#include "bench/floor.h"
#include "driver/node.h"

#include <benchmark/benchmark.h>

#include <vector>

namespace keyseat::bench {
namespace {

using test::Node;
using test::sql_server_definition;

// What the credential of the SQL Server definition below comes to, in bytes: payload; protected header;
// four bound members with salt, pointer and value, the recipients, the text that is left.
constexpr std::size_t kPlaintext = 384;
constexpr std::size_t kAssociated = 800;
const std::vector<std::size_t> kDigested = {80, 80, 160, 90, 220, 400};

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
