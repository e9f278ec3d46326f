// SPDX-License-Identifier: Apache-2.0
//
// Guard: what keeps a small secret for an account: DPAPI, or DPAPI-NG. Chosen by the configuration.

#ifndef DPAPI_GUARD_H
#define DPAPI_GUARD_H

#include "platform.h"

#include <keyseat/sdk/call.h>

#include <memory>
#include <string>
#include <string_view>

namespace dpapi {

using keyseat::sdk::Call;

// `alg` of what direct mode wraps, and of sealed key files. Published: they never change meaning.
inline constexpr std::string_view kDpapiAlg = "keyseat.dpapi";
inline constexpr std::string_view kDpapiNgAlg = "keyseat.dpapi-ng";

// Says in which words a guard describes itself, and what it can do. Immutable and thread-safe; calls act
// for the identity of the calling thread.
class Guard {
 public:
   virtual ~Guard() = default;

   virtual std::string_view alg() const = 0;
   virtual std::uint32_t capabilities() const = 0; // KEYSEAT_CAP_*
   virtual std::string description() const = 0;    // "under DPAPI, scope user"

   // Further members of the header, public: `,"name":"value"`.
   virtual std::string header_members() const { return {}; }

   // Names what opens the same blobs. Throws WindowsError.
   virtual std::string kid() const = 0;

   // A file that protect() and unprotect() need and that is not there; empty: none.
   virtual std::string missing_file() const { return {}; }

   // Throw WindowsError, and Failure for the file.
   virtual Bytes protect(const Call &call, BytesView secret) const = 0;
   virtual SecretBytes unprotect(const Call &call, BytesView blob) const = 0;
};

// DPAPI. The entropy is a fixed label and the content of `entropy_file` (empty: the label alone).
std::unique_ptr<const Guard> make_dpapi_guard(Scope scope, std::string entropy_file);

// DPAPI-NG under a protection descriptor.
std::unique_ptr<const Guard> make_dpapi_ng_guard(std::string descriptor);

// "user:" or "machine:" and 16 bytes, in base64url, of SHA-256 over a label, the scope and `identity`:
// it names the account or machine to whoever knows it, and to nobody else.
std::string dpapi_kid(Scope scope, std::string_view identity);

} // namespace dpapi

#endif
