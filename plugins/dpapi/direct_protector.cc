// SPDX-License-Identifier: Apache-2.0

#include "direct_protector.h"

#include <keyseat/sdk/jose/details.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/self_test_report.h>

namespace dpapi {

namespace jose = keyseat::sdk::jose;
using keyseat::sdk::Failure;
using keyseat::sdk::Status;

namespace {

Failure missing_entropy(const std::string &file) {
   return Failure(KEYSEAT_E_KEY_MISSING, "there is no entropy file " + file)
         .with_hint(
               "bring it back from a backup: nothing that was encrypted with it opens without; for "
               "a "
               "new one see the plugin's README");
}

} // namespace

Status DirectProtector::status(const Call &) {
   Status status;
   status.capabilities = guard_->capabilities() | KEYSEAT_CAP_PARALLEL;
   if (const std::string file = guard_->missing_file(); !file.empty()) {
      status.health = KEYSEAT_HEALTH_KEY_MISSING;
      status.message = missing_entropy(file).message();
      return status;
   }
   jose::Details details;
   details.add("mode", "direct");
   details.add("alg", guard_->alg());
   status.details = details.json();
   try {
      status.kid = guard_->kid();
      status.health = KEYSEAT_HEALTH_OK;
      status.message = "each key " + guard_->description();
   } catch (const WindowsError &error) {
      status.health = KEYSEAT_HEALTH_DOWN;
      status.message = "the account cannot be told: " + meaning_of(error);
   }
   return status;
}

void DirectProtector::require_files() const {
   if (const std::string file = guard_->missing_file(); !file.empty()) throw missing_entropy(file);
}

WrappedKey DirectProtector::wrap(const Call &call, BytesView cek) {
   require_files();
   try {
      return wrap_cek(call, *guard_, cek);
   } catch (const WindowsError &error) {
      throw failure_of("the key cannot be put " + guard_->description(), error);
   }
}

// The blob's layout is Microsoft's and no part of the shape: a later Windows may write another one.
void DirectProtector::require_mine(std::string_view header, BytesView encrypted_key) const {
   const auto read = jose::read_jose_header(header);
   if (!read || read->alg != guard_->alg() || !blob_of(encrypted_key))
      throw keyseat::sdk::not_mine();
   if (read->kid && *read->kid != guard_->kid()) throw keyseat::sdk::not_mine();
}

SecretBytes DirectProtector::unwrap(const Call &call, std::string_view header,
                                    BytesView encrypted_key) {
   try {
      require_files();
      require_mine(header, encrypted_key);
      auto cek = unwrap_cek(call, *guard_, encrypted_key);
      if (!cek) throw keyseat::sdk::tampered();
      return std::move(*cek);
   } catch (const WindowsError &error) {
      if (error.is_about_node()) throw failure_of("nothing opens " + guard_->description(), error);
      throw keyseat::sdk::tampered();
   }
}

std::string DirectProtector::self_test(const Call &call) {
   jose::SelfTestReport report;
   jose::test_round_trip(call, *this, report);
   return report.json();
}

} // namespace dpapi
