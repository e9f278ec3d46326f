// SPDX-License-Identifier: Apache-2.0
//
// Starting a program with a choice of handles, in a job that ends with its last handle. For the Windows
// sources of this room only.

#ifndef KEYSEAT_BASE_PROCESS_WINDOWS_H
#define KEYSEAT_BASE_PROCESS_WINDOWS_H

#include <cstdint>
#include <string>
#include <vector>

#include "base/handle_windows.h"

namespace keyseat::platform {

struct ProcessStart {
   std::wstring program;                 // absolute path
   std::vector<std::wstring> words;      // its arguments, without the program's name
   std::vector<void *> standard;         // input, output, error: inheritable handles, or null
   std::vector<void *> more;             // further inheritable handles; the child gets no others
   const wchar_t *environment = nullptr; // a block, "NAME=value\0...\0"; null: as this process's
   // What a worker is held to: no process of its own, no console, nothing of the desktop, and the
   // mitigations that every library can live with. 0: none of this; otherwise the bytes that it may commit.
   std::uint64_t confined_to = 0;
};

struct StartedProcess {
   Handle process;
   Handle job; // closing it ends the process and what that has started
};

// Throws std::system_error.
StartedProcess start_process(const ProcessStart &start);

// An inheritable twin of a handle. Throws std::system_error.
Handle inheritable(void *handle);

// The null device, inheritable. Throws std::system_error.
Handle open_null_device();

} // namespace keyseat::platform

#endif
