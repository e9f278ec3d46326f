// SPDX-License-Identifier: Apache-2.0
//
// StackWiper: overwrites what a call leaves behind on the stack.
//
// Secrets live in SecretBytes and not in local variables. Their bytes pass through vector registers
// all the same, whenever they are copied or encrypted, and registers are saved to the stack by code
// that nobody wrote: the dynamic linker saves all of them at the first call of each function of a
// library that is bound lazily, as most distributions' libcrypto is.

#ifndef KEYSEAT_BASE_STACK_WIPER_H
#define KEYSEAT_BASE_STACK_WIPER_H

namespace keyseat {

// Overwrites the vector registers that copies leave their bytes in, and 32 KiB of the stack below
// the caller's frame with zeros: what functions that it has called have left there. Takes about a
// microsecond.
void wipe_dead_stack() noexcept;

// Does so when it goes out of scope.
class StackWiper {
 public:
   StackWiper() = default;
   StackWiper(const StackWiper &) = delete;
   StackWiper &operator=(const StackWiper &) = delete;
   ~StackWiper() { wipe_dead_stack(); }
};

} // namespace keyseat

#endif
