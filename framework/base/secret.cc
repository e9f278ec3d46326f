// SPDX-License-Identifier: Apache-2.0
//
// The two arenas of the process behind SecretMemory. They are leaked on purpose: secrets of static
// duration may be released after every destructor of this library.

#include <keyseat/secret.h>

#include <atomic>
#include <mutex>

#include "base/arena.h"
#include "base/platform.h"

namespace keyseat {
namespace {

// No static variable of a function: a child that is forked while another thread initialises one waits
// for that thread for ever.
template <Arena::Tier tier>
struct Holder {
   static inline std::mutex making; // constant-initialised where the standard library can
   static inline constinit std::atomic<Arena *> made = nullptr;

   static void before_fork() {
      making.lock();
      if (Arena *const arena = made) arena->before_fork();
   }
   static void after_fork() {
      if (Arena *const arena = made) arena->after_fork();
      making.unlock();
   }
};

// Set before main(), so that no fork comes between an arena and its handlers.
[[maybe_unused]] const bool kSurvivesFork = [] {
   using Keys = Holder<Arena::Tier::key>;
   using Documents = Holder<Arena::Tier::document>;
   platform::around_fork(&Keys::before_fork, &Keys::after_fork);
   platform::around_fork(&Documents::before_fork, &Documents::after_fork);
   return true;
}();

// Throws Error(protector_unavailable) for the key tier, and tries again at the next call.
template <Arena::Tier tier>
Arena &arena() {
   using Tier = Holder<tier>;
   if (Arena *const arena = Tier::made) return *arena;
   const std::scoped_lock lock(Tier::making);
   if (Tier::made == nullptr) Tier::made = new Arena(tier);
   return *Tier::made;
}

// Whoever holds a SecretMemory got it from the functions below, so the arena is there.
template <Arena::Tier tier>
constexpr keyseat_service_secret_memory kService{
      [](const keyseat_host *, std::size_t size) -> void * { return arena<tier>().allocate(size); },
      [](const keyseat_host *, void *p, std::size_t size) { arena<tier>().release(p, size); },
};

} // namespace

SecretMemory key_memory() {
   arena<Arena::Tier::key>();
   return {nullptr, &kService<Arena::Tier::key>};
}

SecretMemory document_memory() {
   arena<Arena::Tier::document>();
   return {nullptr, &kService<Arena::Tier::document>};
}

std::size_t unlocked_document_memory() { return arena<Arena::Tier::document>().unlocked_bytes(); }

} // namespace keyseat
