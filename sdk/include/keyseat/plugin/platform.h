// SPDX-License-Identifier: Apache-2.0
//
// Calling convention, export, revision, struct growth.

#ifndef KEYSEAT_PLUGIN_PLATFORM_H
#define KEYSEAT_PLUGIN_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

// Number of the draft that these headers describe; 0 once revision 1 is frozen (R-GRW-5).
#define KEYSEAT_DRAFT 1

// Name of the revision, for people and for `keyseat plugin info`.
#define KEYSEAT_CONTRACT "1-draft"

#if defined(_WIN32)
#define KEYSEAT_CALL __cdecl
#define KEYSEAT_EXPORT __declspec(dllexport)
#else
#define KEYSEAT_CALL
#define KEYSEAT_EXPORT __attribute__((visibility("default")))
#endif

#if defined(__cplusplus)
#define KEYSEAT_C_BEGIN extern "C" {
#define KEYSEAT_C_END }
#else
#define KEYSEAT_C_BEGIN
#define KEYSEAT_C_END
#endif

// True when the writer of the struct behind `p` knew `member` (R-GRW-2).
#define KEYSEAT_HAS(type, p, member) \
   ((p)->struct_size >= offsetof(type, member) + sizeof((p)->member))

#endif
