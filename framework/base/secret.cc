// SPDX-License-Identifier: Apache-2.0
//
// The two arenas of the process behind SecretMemory. They are leaked on purpose: secrets of static
// duration may be released after every destructor of this library.

#include <keyseat/secret.h>

#include "base/arena.h"
#include "base/platform.h"

namespace keyseat {
namespace {

// Throws Error(protector_unavailable) for the key tier, and tries again at the next call.
template <Arena::Tier tier>
Arena &arena() {
   static Arena *const made = new Arena(tier);
   static const bool survives_fork = [] {
      platform::around_fork([] { made->before_fork(); }, [] { made->after_fork(); });
      return true;
   }();
   static_cast<void>(survives_fork);
   return *made;
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
