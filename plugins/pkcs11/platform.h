// SPDX-License-Identifier: Apache-2.0
//
// What this plugin needs of the operating system: loading a module, and to notice a fork. One source
// for each kind of system implements it.

#ifndef PKCS11_PLATFORM_H
#define PKCS11_PLATFORM_H

#include <cstdint>
#include <memory>
#include <string>

namespace pkcs11::platform {

// Loads a library for good: it is never unloaded. Throws Failure(KEYSEAT_E_UNAVAILABLE) with the
// loader's own words.
void *load_library(const std::string &path);

// The address of an exported function; null when there is none.
void *find_symbol(void *library, const char *name);

// Why the library at `path` may not be loaded: somebody else than root and this user could have put it
// there. The end of a sentence; empty when it may. A path that does not exist may: loading says more.
std::string distrust(const std::string &path);

bool file_exists(const std::string &path);

std::int64_t process_id();

// Puts the process's way with SIGPIPE back, when the scope ends, to what it was: NSS changes it when it
// is initialised, and a library has no say there.
class KeptSignals {
 public:
   KeptSignals();
   KeptSignals(const KeptSignals &) = delete;
   KeptSignals &operator=(const KeptSignals &) = delete;
   ~KeptSignals();

 private:
   struct State;
   std::unique_ptr<State> state_;
};

} // namespace pkcs11::platform

#endif
