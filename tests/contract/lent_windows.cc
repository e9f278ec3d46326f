// SPDX-License-Identifier: Apache-2.0

#include "contract/lent.h"

#include <windows.h>

#include <new>

namespace contract {

void *reserve_pages(std::size_t size) {
   void *pages = ::VirtualAlloc(nullptr, size, MEM_RESERVE, PAGE_NOACCESS);
   if (pages == nullptr) throw std::bad_alloc();
   return pages;
}

void open_pages(void *pages, std::size_t size) {
   if (::VirtualAlloc(pages, size, MEM_COMMIT, PAGE_READWRITE) == nullptr) throw std::bad_alloc();
}

void revoke_pages(void *pages, std::size_t size) { ::VirtualFree(pages, size, MEM_DECOMMIT); }

} // namespace contract
