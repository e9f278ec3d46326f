// SPDX-License-Identifier: Apache-2.0
//
// The two arenas of the process behind SecretMemory. They are leaked on purpose: secrets of static
// duration may be released after every destructor of this library.

#include <keyseat/secret.h>

#include "base/arena.h"
#include "base/platform.h"

namespace keyseat {
namespace {

// Throws Error(protector_unavailable), and tries again at the next call.
Arena &key_arena() {
   static Arena *const arena = [] {
      static auto *const made = new Arena(Arena::Tier::key);
      platform::around_fork([] { made->before_fork(); }, [] { made->after_fork(); });
      return made;
   }();
   return *arena;
}

Arena &document_arena() {
   static Arena *const arena = [] {
      static auto *const made = new Arena(Arena::Tier::document);
      platform::around_fork([] { made->before_fork(); }, [] { made->after_fork(); });
      return made;
   }();
   return *arena;
}

// Whoever holds a SecretMemory got it from the functions below, so the arena is there.
template <Arena &(*arena)()>
constexpr keyseat_service_secret_memory kService{
      [](const keyseat_host *, std::size_t size) -> void * { return arena().allocate(size); },
      [](const keyseat_host *, void *p, std::size_t size) { arena().release(p, size); },
};

} // namespace

SecretMemory key_memory() {
   key_arena();
   return {nullptr, &kService<key_arena>};
}

SecretMemory document_memory() {
   document_arena();
   return {nullptr, &kService<document_arena>};
}

std::size_t unlocked_document_memory() {
   return document_arena().unlocked_bytes();
}

} // namespace keyseat
