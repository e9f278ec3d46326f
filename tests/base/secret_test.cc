// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/error.h>
#include <keyseat/secret.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/arena.h"
#include "base/platform.h"

namespace keyseat {
namespace {

using testing::HasSubstr;

bool all_zero(const std::uint8_t *p, std::size_t size) {
   return std::all_of(p, p + size, [](std::uint8_t b) { return b == 0; });
}

// Runs `body` in a child process; its result is the child's exit code.
template <class Body>
int in_child(Body body) {
   const pid_t child = ::fork();
   if (child == 0) ::_exit(body());
   int status = 0;
   ::waitpid(child, &status, 0);
   return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The flags of the mapping that holds `p`, as /proc/self/smaps has them ("rd wr lo dd wf ...").
std::string flags_of(const void *p) {
   std::ifstream smaps("/proc/self/smaps");
   bool here = false;
   for (std::string line; std::getline(smaps, line);) {
      std::size_t begin = 0;
      std::size_t end = 0;
      char dash = 0;
      std::istringstream head(line);
      if (head >> std::hex >> begin >> dash >> end && dash == '-') {
         const auto address = reinterpret_cast<std::uintptr_t>(p);
         here = begin <= address && address < end;
      } else if (here && line.starts_with("VmFlags:")) {
         return line;
      }
   }
   return {};
}

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

TEST_P(BothTiers, StaysOutOfCoreDumpsAndChildren) {
   const SecretBytes secret(memory(), as_bytes("secret"));
   const std::string flags = flags_of(secret.data());
   EXPECT_THAT(flags, HasSubstr(" dd")); // MADV_DONTDUMP
   EXPECT_THAT(flags, HasSubstr(" wf")); // MADV_WIPEONFORK
}

TEST_P(BothTiers, ReadsAsZerosInAChildWhichGoesOnAllocating) {
   SecretBytes secret(memory(), as_bytes("secret"));
   SecretBytes large(memory(), 100000);
   large.data()[99999] = 1;
   const int result = in_child([&] {
      if (!all_zero(secret.data(), secret.size()) || large.data()[99999] != 0) return 1;
      { const SecretBytes dropped = std::move(secret); }
      { const SecretBytes dropped = std::move(large); }
      for (int i = 0; i < 1000; ++i) {
         const SecretBytes another(memory(), as_bytes("another"));
         if (another.reveal_text() != "another") return 2;
      }
      return 0;
   });
   EXPECT_EQ(result, 0);
   EXPECT_EQ(secret.reveal_text(), "secret");
}

TEST_P(BothTiers, SurvivesAForkWhileAnotherThreadAllocates) {
   std::atomic<bool> stop{false};
   std::thread busy([&] {
      while (!stop)
         SecretBytes(memory(), 100);
   });
   for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(in_child([&] {
                   ::alarm(10); // a lock that nobody holds any more would never be free
                   SecretBytes(memory(), 100);
                   return 0;
                }),
                0);
   }
   stop = true;
   busy.join();
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

TEST(KeyMemory, IsLocked) {
   const SecretBytes key(key_memory(), 32);
   EXPECT_THAT(flags_of(key.data()), HasSubstr(" lo"));
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

TEST(KeyMemory, ThatCannotBeLockedIsAnErrorWithAHint) {
   // The limit binds root only without CAP_IPC_LOCK, so the child becomes an ordinary user.
   const int result = in_child([] {
      const rlimit little{64 << 10, 64 << 10};
      ::setrlimit(RLIMIT_MEMLOCK, &little);
      if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;
      try {
         const Arena arena(Arena::Tier::key);
      } catch (const Error &error) {
         const bool hint = error.hint().find("RLIMIT_MEMLOCK") != std::string::npos;
         return error.code() == ErrorCode::protector_unavailable && hint ? 0 : 2;
      }
      return 3;
   });
   EXPECT_EQ(result, 0);
}

TEST(DocumentMemory, GrowsBeyondTheLimitOnLockedMemory) {
   const int result = in_child([] {
      const rlimit little{64 << 10, 64 << 10};
      ::setrlimit(RLIMIT_MEMLOCK, &little);
      if (::geteuid() == 0 && ::setuid(65534) != 0) return 1;
      Arena arena(Arena::Tier::document);
      void *small = arena.allocate(100);
      void *large = arena.allocate(16 << 20);
      if (small == nullptr || large == nullptr) return 2;
      static_cast<std::uint8_t *>(large)[(16 << 20) - 1] = 1;
      if (arena.unlocked_bytes() < (16u << 20)) return 3;
      arena.release(large, 16 << 20);
      arena.release(small, 100);
      return 0;
   });
   EXPECT_EQ(result, 0);
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

TEST(Arena, SurvivesOrStopsAtADoubleRelease) {
   const auto release_twice = [] {
      Arena arena(Arena::Tier::document);
      void *p = arena.allocate(100);
      arena.release(p, 100);
      arena.release(p, 100);
      void *first = arena.allocate(100);
      void *second = arena.allocate(100);
      ::_exit(first != second ? 0 : 1);
   };
#ifdef NDEBUG
   EXPECT_EXIT(release_twice(), testing::ExitedWithCode(0), "");
#else
   EXPECT_DEATH(release_twice(), "released twice");
#endif
}

} // namespace
} // namespace keyseat
