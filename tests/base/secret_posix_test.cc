// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/error.h>
#include <keyseat/secret.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/child_posix.h"
#include "base/platform.h"
#include "base/zeros.h"

namespace keyseat {
namespace {

using testing::HasSubstr;

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

class BothTiersPosix : public testing::TestWithParam<SecretMemory (*)()> {
 protected:
   SecretMemory memory() const { return GetParam()(); }
};

INSTANTIATE_TEST_SUITE_P(SecretPosix, BothTiersPosix,
                         testing::Values(&key_memory, &document_memory),
                         [](const auto &tier) { return tier.index == 0 ? "Keys" : "Documents"; });

TEST_P(BothTiersPosix, StaysOutOfCoreDumpsAndChildren) {
   const SecretBytes secret(memory(), as_bytes("secret"));
   const std::string flags = flags_of(secret.data());
   EXPECT_THAT(flags, HasSubstr(" dd")); // MADV_DONTDUMP
   EXPECT_THAT(flags, HasSubstr(" wf")); // MADV_WIPEONFORK
}

TEST_P(BothTiersPosix, ReadsAsZerosInAChildWhichGoesOnAllocating) {
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

TEST(KeyMemoryPosix, IsLocked) {
   const SecretBytes key(key_memory(), 32);
   EXPECT_THAT(flags_of(key.data()), HasSubstr(" lo"));
}

TEST(KeyMemoryPosix, ThatCannotBeLockedIsAnErrorWithAHint) {
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

TEST(DocumentMemoryPosix, GrowsBeyondTheLimitOnLockedMemory) {
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

TEST(ArenaPosix, SurvivesOrStopsAtADoubleRelease) {
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
