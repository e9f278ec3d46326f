// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/error.h>
#include <keyseat/secret.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/arena.h"
#include "base/platform.h"
#include "base/zeros.h"

namespace keyseat {
namespace {

class BothTiers : public testing::TestWithParam<SecretMemory (*)()> {
 protected:
   SecretMemory memory() const { return GetParam()(); }
};

INSTANTIATE_TEST_SUITE_P(Secret, BothTiers, testing::Values(&key_memory, &document_memory),
                         [](const auto &tier) { return tier.index == 0 ? "Keys" : "Documents"; });

TEST_P(BothTiers, GivesZeroedAlignedMemory) {
   std::vector<SecretBytes> kept;
   for (std::size_t size : {1, 15, 16, 17, 32, 64, 65, 1000, 5000, 40000}) {
      SecretBytes bytes(memory(), size);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(bytes.data()) % 16, 0u);
      EXPECT_TRUE(all_zero(bytes.data(), size));
      std::fill_n(bytes.data(), size, std::uint8_t{0xAA});
      kept.push_back(std::move(bytes));
   }
   kept.clear();
   EXPECT_TRUE(all_zero(SecretBytes(memory(), 40000).data(), 40000));
}

TEST_P(BothTiers, WipesOnRelease) {
   const std::uint8_t *where = nullptr;
   {
      SecretBytes secret(memory(), as_bytes("correct horse battery staple"));
      where = secret.data();
   }
   EXPECT_TRUE(all_zero(where, 28)); // the page is still mapped
}

TEST_P(BothTiers, AppendAPartOfTheValueToItself) {
   SecretBytes value(GetParam()(), as_bytes("abcd"));
   for (int i = 0; i < 10; ++i) // grows, and so moves, more than once
      value.append(value.view());
   ASSERT_EQ(value.size(), 4096U);
   for (std::size_t i = 0; i < value.size(); ++i)
      ASSERT_EQ(value.data()[i], "abcd"[i % 4]);
}

TEST_P(BothTiers, ServesThreadsAtOnce) {
   std::atomic<int> wrong{0};
   std::vector<std::thread> threads;
   for (unsigned seed = 0; seed < 4; ++seed) {
      threads.emplace_back([&, seed] {
         std::mt19937 random(seed);
         std::vector<SecretBytes> kept;
         for (int i = 0; i < 5000; ++i) {
            SecretBytes bytes(memory(), 1 + random() % 300);
            if (!all_zero(bytes.data(), bytes.size())) ++wrong;
            std::fill_n(bytes.data(), bytes.size(), static_cast<std::uint8_t>(seed + 1));
            kept.push_back(std::move(bytes));
            if (kept.size() > 50) {
               std::swap(kept[random() % kept.size()], kept.back());
               const std::uint8_t *p = kept.back().data();
               const auto mine = static_cast<std::uint8_t>(seed + 1);
               if (!std::all_of(p, p + kept.back().size(), [&](auto b) { return b == mine; }))
                  ++wrong;
               kept.pop_back();
            }
         }
      });
   }
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_EQ(wrong, 0);
}

TEST(KeyMemory, IsSpentAtOneMebibyte) {
   std::vector<SecretBytes> keys;
   EXPECT_THROW(
         {
            for (;;)
               keys.emplace_back(key_memory(), 4096);
         },
         std::bad_alloc);
   EXPECT_GE(keys.size(), 200u);
   EXPECT_LE(keys.size(), 256u);
   keys.clear();
   EXPECT_NO_THROW(SecretBytes(key_memory(), 4096));
}

TEST(DocumentMemory, ServesManySmallSecretsInLinearTime) {
   using Clock = std::chrono::steady_clock;
   const auto time_for = [](std::size_t count) {
      const Clock::time_point start = Clock::now();
      std::vector<SecretBytes> secrets;
      for (std::size_t i = 0; i < count; ++i)
         secrets.emplace_back(document_memory(), 200);
      return std::chrono::duration<double>(Clock::now() - start).count();
   };
   time_for(100000); // maps the regions
   const double few = time_for(10000);
   const double many = time_for(100000);
   EXPECT_LT(many, 60 * few + 0.05);
}

TEST(DocumentMemory, EndsAnOverrunAtAGuardPage) {
   Arena arena(Arena::Tier::document);
   const std::size_t size = 16 * platform::page_size();
   auto *p = static_cast<volatile std::uint8_t *>(arena.allocate(size));
   ASSERT_NE(p, nullptr);
   p[0] = 1;
   p[size - 1] = 1;
   EXPECT_DEATH(p[size] = 1, "");
   EXPECT_DEATH(p[-1] = 1, "");
   arena.release(const_cast<std::uint8_t *>(p), size);
}

TEST(Arena, RefusesWhatDoesNotFit) {
   Arena arena(Arena::Tier::document);
   EXPECT_EQ(arena.allocate(SIZE_MAX), nullptr);
   EXPECT_EQ(arena.allocate(SIZE_MAX / 2), nullptr);
}

} // namespace
} // namespace keyseat
