// SPDX-License-Identifier: Apache-2.0

#include "key_facts.h"

#include "chip_facts.h"
#include "loaded_key.h"

#include <keyseat/sdk/jose/encoding.h>

#include <functional>
#include <optional>

namespace tpm2 {

using keyseat::sdk::Call;
using keyseat::sdk::Status;

namespace {

constexpr std::chrono::milliseconds kStatusTime{800};

void add_details(Status &status, const jose::Details &more) {
   if (status.details.empty()) {
      status.details = more.json();
      return;
   }
   const std::string members = more.json().substr(1); // without its brace
   status.details.pop_back();
   status.details += (status.details.size() > 1 ? "," : "") + members;
}

void add_chip_facts(Status &status, const ChipFacts &facts) {
   jose::Details details;
   details.add("manufacturer", facts.manufacturer);
   details.add("firmware", facts.firmware);
   details.add("locked", facts.is_locked);
   details.add("tries_left", static_cast<std::int64_t>(facts.tries_left));
   details.add("lockout_recovery_s", static_cast<std::int64_t>(facts.recovery_seconds));
   add_details(status, details);
   status.message += "; TPM " + facts.manufacturer + ", firmware " + facts.firmware;
}

void set_down(Status &status, const Failure &failure) {
   if (status.health != KEYSEAT_HEALTH_KEY_MISSING) status.health = KEYSEAT_HEALTH_DOWN;
   status.message += "; " + failure.message();
   if (!failure.hint().empty()) status.message += ": " + failure.hint();
}

// The failure that opening would come to; none.
std::optional<Failure> obstacle(const std::function<void()> &check) {
   try {
      check();
      return std::nullopt;
   } catch (const Failure &failure) {
      return failure;
   }
}

void add_key_state(Tpm &tpm, const TpmSettings &settings, const TpmKeyFile &file,
                   const ChipFacts &facts, Status &status) {
   jose::Details details;
   if (file.policy.has_session()) {
      const auto differs = obstacle([&] { check_pcrs(tpm, file.policy, file.approvals); });
      details.add("pcrs_match", !differs);
      if (differs) set_down(status, *differs);
   }
   if (file.policy.has_pin) {
      status.message += "; " + std::to_string(facts.tries_left) + " tries of the PIN left";
      if (const auto locked = obstacle([&] { require_unlocked(facts); })) set_down(status, *locked);
   }
   const auto lost = obstacle([&] { load_root_of(tpm, settings, file); });
   details.add("same_tpm", !lost);
   if (lost) set_down(status, *lost);
   add_details(status, details);
}

} // namespace

std::string policy_in_words(const Policy &policy) {
   std::string text;
   if (policy.has_pin) text += ", with a PIN";
   if (policy.selection) text += ", bound to " + policy.selection->text();
   if (policy.approval_key) text += " as approved";
   return text;
}

jose::Details file_details(const TpmKeyFile &file) {
   jose::Details details;
   details.add("mode", file.key.is_sealed ? "sealed" : "resident");
   details.add("pin", file.policy.has_pin);
   details.add("pcrs", file.policy.selection ? file.policy.selection->text() : "");
   details.add("approvable", file.policy.approval_key.has_value());
   details.add("parent", parent_text(file.key.parent));
   details.add("root_name", jose::hex_encode(file.root_name));
   return details;
}

void add_chip_status(const Call &call, const TpmSettings &settings, const TpmKeyFile *file,
                     Status &status) {
   const Deadline deadline(call, kStatusTime);
   try {
      Tpm tpm(settings.tcti, *settings.left_behind, deadline);
      const ChipFacts facts = read_chip_facts(tpm);
      add_chip_facts(status, facts);
      if (file != nullptr) add_key_state(tpm, settings, *file, facts, status);
   } catch (const Failure &failure) {
      set_down(status, failure);
   }
}

} // namespace tpm2
