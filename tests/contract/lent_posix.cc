// SPDX-License-Identifier: Apache-2.0

#include "contract/lent.h"

#include <sys/mman.h>

#include <new>

namespace contract {

void *map_pages(std::size_t size) {
   void *pages = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
   if (pages == MAP_FAILED) throw std::bad_alloc();
   return pages;
}

void close_pages(void *pages, std::size_t size) {
   if (mprotect(pages, size, PROT_NONE) != 0) throw std::bad_alloc();
}

// Mapped anew, so that nothing but the addresses is used up.
void revoke_pages(void *pages, std::size_t size) {
   mmap(pages, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

} // namespace contract
