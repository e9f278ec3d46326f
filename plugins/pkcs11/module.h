// SPDX-License-Identifier: Apache-2.0
//
// Module: a vendor's PKCS #11 library, loaded and initialised.

#ifndef PKCS11_MODULE_H
#define PKCS11_MODULE_H

#include "cryptoki.h"

#include <cstdint>
#include <string>

namespace pkcs11 {

// Loaded for good, and initialised for the whole process: others in it may use the module as well, so
// that it is never finalised here, and one that somebody else has initialised is taken as it is.
// Thread-safe.
class Module {
 public:
   // `parameters` go to C_Initialize as pReserved; most modules want none (empty). Waits at most
   // `timeout_ms` (0: a minute) for another thread that is initialising a module. Throws Failure:
   // KEYSEAT_E_UNAVAILABLE, KEYSEAT_E_UNSUPPORTED, KEYSEAT_E_DENIED.
   Module(std::string path, std::string parameters, std::uint32_t timeout_ms);
   Module(const Module &) = delete;
   Module &operator=(const Module &) = delete;
   ~Module() = default;

   const CK_FUNCTION_LIST &functions() const { return *functions_; }
   const std::string &path() const { return path_; }
   const CK_INFO &info() const { return info_; }

 private:
   void initialise(std::uint32_t timeout_ms);

   std::string path_;
   std::string parameters_;
   const CK_FUNCTION_LIST *functions_;
   CK_INFO info_{};
};

} // namespace pkcs11

#endif
