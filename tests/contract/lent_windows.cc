// SPDX-License-Identifier: Apache-2.0

#include "contract/lent.h"

#include <windows.h>

#include <new>

namespace contract {

void *map_pages(std::size_t size) {
   void *pages = ::VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
   if (pages == nullptr) throw std::bad_alloc();
   return pages;
}

void close_pages(void *pages, std::size_t size) {
   DWORD before = 0;
   if (::VirtualProtect(pages, size, PAGE_NOACCESS, &before) == 0) throw std::bad_alloc();
}

void revoke_pages(void *pages, std::size_t size) { ::VirtualFree(pages, size, MEM_DECOMMIT); }

} // namespace contract
