// SPDX-License-Identifier: Apache-2.0
//
// WindowsError: a Windows error code, and what it means to DPAPI in words.
//
// Two kinds are told apart, since unwrap() must not become an oracle (R-INT-2):
//
//    about the node    there is no service, no memory, nobody to ask: the same for every blob. Said as it is
//    about the blob    everything else. A missing or unopenable master key is among them: which one a
//                      blob needs is written in the blob, and anybody can write that. So is the domain
//                      whose controller NCryptUnprotectSecret() asks: that it does not answer counts here

#ifndef DPAPI_WINDOWS_ERROR_H
#define DPAPI_WINDOWS_ERROR_H

#include <keyseat/sdk/failure.h>

#include <cstdint>
#include <exception>
#include <string>

namespace dpapi {

// What a function of Windows failed with: GetLastError(), or a SECURITY_STATUS.
class WindowsError : public std::exception {
 public:
   WindowsError(const char *function, std::uint32_t code) : function_(function), code_(code) {}

   const char *what() const noexcept override { return function_; }
   const char *function() const { return function_; } // "CryptUnprotectData"
   std::uint32_t code() const { return code_; }
   bool is_about_node() const;

 private:
   const char *function_;
   std::uint32_t code_;
};

// "it belongs to another account or machine, has other entropy, or was altered (ERROR_INVALID_DATA 0xd)"
std::string meaning_of(const WindowsError &error);

// The failure as a plugin reports it: "`what`: meaning", with the status and the hint that fit.
keyseat::sdk::Failure failure_of(const std::string &what, const WindowsError &error);

} // namespace dpapi

#endif
