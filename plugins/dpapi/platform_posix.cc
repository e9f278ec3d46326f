// SPDX-License-Identifier: Apache-2.0
//
// There is no DPAPI elsewhere. The functions that need it are not called then; should one be, it
// says so.

#include "platform.h"

namespace dpapi::platform {

namespace {

constexpr std::uint32_t kNotImplemented = 120; // ERROR_CALL_NOT_IMPLEMENTED

} // namespace

std::string absence() { return "dpapi works on Windows only"; }
std::string absence_of_ng() { return absence(); }

std::string identity(Scope) { throw WindowsError("identity", kNotImplemented); }

Bytes protect(Scope, BytesView, BytesView) {
   throw WindowsError("CryptProtectData", kNotImplemented);
}

SecretBytes unprotect(SecretMemory, BytesView, BytesView) {
   throw WindowsError("CryptUnprotectData", kNotImplemented);
}

Bytes protect_ng(const std::string &, BytesView) {
   throw WindowsError("NCryptProtectSecret", kNotImplemented);
}

SecretBytes unprotect_ng(SecretMemory, BytesView) {
   throw WindowsError("NCryptUnprotectSecret", kNotImplemented);
}

} // namespace dpapi::platform
