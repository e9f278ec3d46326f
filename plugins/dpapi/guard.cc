// SPDX-License-Identifier: Apache-2.0

#include "guard.h"

#include "descriptor.h"

#include <keyseat/plugin/instance.h>
#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/primitives.h>

namespace dpapi {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::as_bytes;
using keyseat::sdk::Failure;

namespace {

// Ended by a NUL, which keeps it apart from the content of a file.
constexpr std::string_view kEntropyLabel("keyseat.dpapi\0", 14);
constexpr std::size_t kLeastEntropySize = 16;
constexpr std::size_t kKidSize = 16;

std::string_view scope_name(Scope scope) { return scope == Scope::user ? "user" : "machine"; }

std::string digest_text(std::initializer_list<BytesView> parts) {
   const jose::Digest digest = jose::sha256(parts);
   return jose::base64url_encode(BytesView(digest).sub(0, kKidSize));
}

class DpapiGuard final : public Guard {
 public:
   DpapiGuard(Scope scope, std::string entropy_file)
         : scope_(scope), entropy_file_(std::move(entropy_file)) {}

   std::string_view alg() const override { return kDpapiAlg; }

   // A user's master keys lie in the profile; that a profile roams cannot be told from here.
   std::uint32_t capabilities() const override {
      return scope_ == Scope::user ? KEYSEAT_CAP_MACHINE_BOUND | KEYSEAT_CAP_USER_BOUND
                                   : KEYSEAT_CAP_MACHINE_BOUND;
   }

   std::string description() const override {
      std::string text = "under DPAPI, scope " + std::string(scope_name(scope_));
      if (!entropy_file_.empty()) text += ", with entropy from " + entropy_file_;
      return text;
   }

   std::string kid() const override { return dpapi_kid(scope_, platform::identity(scope_)); }

   std::string missing_file() const override {
      return entropy_file_.empty() || jose::key_file_exists(entropy_file_) ? "" : entropy_file_;
   }

   Bytes protect(const Call &call, BytesView secret) const override {
      return platform::protect(scope_, secret, entropy(call));
   }

   SecretBytes unprotect(const Call &call, BytesView blob) const override {
      return platform::unprotect(call.secret_memory(), blob, entropy(call));
   }

 private:
   SecretBytes entropy(const Call &call) const {
      SecretBytes entropy(call.secret_memory(), as_bytes(kEntropyLabel));
      if (entropy_file_.empty()) return entropy;
      const SecretBytes content = jose::read_key_file(call.secret_memory(), entropy_file_, true);
      if (content.size() < kLeastEntropySize) {
         throw Failure(KEYSEAT_E_CONFIG, entropy_file_ + " holds " +
                                               std::to_string(content.size()) +
                                               " bytes, and 16 are the least")
               .with_option("entropy-file")
               .with_hint("fill it with 32 random bytes, and keep a copy elsewhere");
      }
      entropy.append(content.view());
      return entropy;
   }

   Scope scope_;
   std::string entropy_file_;
};

class DpapiNgGuard final : public Guard {
 public:
   explicit DpapiNgGuard(std::string descriptor) : descriptor_(std::move(descriptor)) {}

   std::string_view alg() const override { return kDpapiNgAlg; }

   std::uint32_t capabilities() const override { return capabilities_of_descriptor(descriptor_); }

   std::string description() const override { return "under DPAPI-NG for " + descriptor_; }

   std::string header_members() const override {
      return ",\"descriptor\":" + jose::json_quote(descriptor_);
   }

   std::string kid() const override {
      return "ng:" + digest_text({as_bytes(kDpapiNgAlg), as_bytes(std::string_view("\0", 1)),
                                  as_bytes(descriptor_)});
   }

   Bytes protect(const Call &, BytesView secret) const override {
      return platform::protect_ng(descriptor_, secret);
   }

   SecretBytes unprotect(const Call &call, BytesView blob) const override {
      return platform::unprotect_ng(call.secret_memory(), blob);
   }

 private:
   std::string descriptor_;
};

} // namespace

std::string dpapi_kid(Scope scope, std::string_view identity) {
   const std::string name(scope_name(scope));
   constexpr std::string_view kNul("\0", 1);
   return name + ":" +
          digest_text({as_bytes(kDpapiAlg), as_bytes(kNul), as_bytes(name), as_bytes(kNul),
                       as_bytes(identity)});
}

std::unique_ptr<const Guard> make_dpapi_guard(Scope scope, std::string entropy_file) {
   return std::make_unique<DpapiGuard>(scope, std::move(entropy_file));
}

std::unique_ptr<const Guard> make_dpapi_ng_guard(std::string descriptor) {
   return std::make_unique<DpapiNgGuard>(std::move(descriptor));
}

} // namespace dpapi
