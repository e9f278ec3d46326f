// SPDX-License-Identifier: Apache-2.0
#include "base/block_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace keyseat {
namespace {

constexpr std::size_t kSize = std::size_t{1} << 20;

TEST(BlockMap, GivesTheWholeRegionOnce) {
   BlockMap map(kSize);
   EXPECT_EQ(map.take(kSize), 0u);
   EXPECT_FALSE(map.take(1).has_value());
   map.give_back(0);
   EXPECT_EQ(map.take(kSize), 0u);
}

TEST(BlockMap, HasNoBlockBeyondTheRegion) {
   BlockMap map(kSize);
   EXPECT_FALSE(map.has_room(kSize + 1));
   EXPECT_FALSE(map.take(SIZE_MAX).has_value());
}

TEST(BlockMap, DividesDownTo64Bytes) {
   BlockMap map(kSize);
   for (std::size_t i = 0; i < kSize / 64; ++i)
      ASSERT_TRUE(map.take(1).has_value());
   EXPECT_FALSE(map.has_room(1));
}

TEST(BlockMap, KnowsWhatIsTaken) {
   BlockMap map(kSize);
   const std::size_t block = map.take(100).value();
   EXPECT_TRUE(map.is_taken(block, 100));
   EXPECT_TRUE(map.is_taken(block, 65)); // the same block would have served
   EXPECT_FALSE(map.is_taken(block, 64));
   EXPECT_FALSE(map.is_taken(block + 64, 100));
   EXPECT_FALSE(map.is_taken(block + 1, 100));
   EXPECT_FALSE(map.is_taken(kSize, 100));
   map.give_back(block);
   EXPECT_FALSE(map.is_taken(block, 100));
}

TEST(BlockMap, NeverGivesOneByteTwiceAndMergesEverything) {
   std::mt19937 random(3);
   BlockMap map(kSize);
   std::map<std::size_t, std::size_t> taken; // begin -> size
   for (int round = 0; round < 100000; ++round) {
      if (random() % 2 == 0 || taken.empty()) {
         const std::size_t size = 1 + random() % (random() % 8 == 0 ? 60000 : 500);
         const std::optional<std::size_t> begin = map.take(size);
         if (!begin) continue;
         const auto after = taken.lower_bound(*begin);
         ASSERT_TRUE(after == taken.end() || *begin + size <= after->first);
         ASSERT_TRUE(after == taken.begin() ||
                     std::prev(after)->first + std::prev(after)->second <= *begin);
         ASSERT_LE(*begin + size, kSize);
         ASSERT_EQ(*begin % 16, 0u);
         taken.emplace(*begin, size);
      } else {
         auto victim = taken.lower_bound(random() % kSize);
         if (victim == taken.end()) victim = taken.begin();
         ASSERT_TRUE(map.is_taken(victim->first, victim->second));
         map.give_back(victim->first);
         taken.erase(victim);
      }
   }
   for (const auto &[begin, size] : taken)
      map.give_back(begin);
   EXPECT_TRUE(map.has_room(kSize));
}

} // namespace
} // namespace keyseat
