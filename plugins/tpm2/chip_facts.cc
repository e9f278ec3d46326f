// SPDX-License-Identifier: Apache-2.0

#include "chip_facts.h"

#include <algorithm>
#include <map>

namespace tpm2 {

namespace {

// Properties from `first` on, as far as one answer goes.
std::map<TPM2_PT, std::uint32_t> read_properties(Tpm &tpm, TPM2_PT first) {
   TPMS_CAPABILITY_DATA *data = nullptr;
   tpm.run("TPM2_GetCapability", [&] {
      return Esys_GetCapability(tpm.esys(), ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                TPM2_CAP_TPM_PROPERTIES, first, TPM2_MAX_TPM_PROPERTIES, nullptr,
                                &data);
   });
   const EsysPtr<TPMS_CAPABILITY_DATA> owner(data);
   const TPML_TAGGED_TPM_PROPERTY &list = data->data.tpmProperties;
   std::map<TPM2_PT, std::uint32_t> properties;
   for (std::uint32_t i = 0; i < list.count && i < TPM2_MAX_TPM_PROPERTIES; ++i)
      properties[list.tpmProperty[i].property] = list.tpmProperty[i].value;
   return properties;
}

// Four characters; what is no letter or digit is left out.
std::string characters(std::uint32_t value) {
   std::string text;
   for (int shift = 24; shift >= 0; shift -= 8) {
      const char c = static_cast<char>(value >> shift & 0xff);
      if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text += c;
   }
   return text;
}

std::string halves(std::uint32_t value) {
   return std::to_string(value >> 16) + "." + std::to_string(value & 0xffff);
}

} // namespace

ChipFacts read_chip_facts(Tpm &tpm) {
   auto fixed = read_properties(tpm, TPM2_PT_FIXED);
   auto variable = read_properties(tpm, TPM2_PT_VAR);
   ChipFacts facts;
   facts.manufacturer = characters(fixed[TPM2_PT_MANUFACTURER]);
   facts.firmware = halves(fixed[TPM2_PT_FIRMWARE_VERSION_1]) + "." +
                    halves(fixed[TPM2_PT_FIRMWARE_VERSION_2]);
   facts.is_locked = (variable[TPM2_PT_PERMANENT] & TPMA_PERMANENT_INLOCKOUT) != 0;
   const std::uint32_t most = variable[TPM2_PT_MAX_AUTH_FAIL];
   facts.tries_left = most - std::min(most, variable[TPM2_PT_LOCKOUT_COUNTER]);
   facts.recovery_seconds = variable[TPM2_PT_LOCKOUT_INTERVAL];
   return facts;
}

void require_unlocked(const ChipFacts &facts) {
   if (!facts.is_locked) return;
   const std::string code = " (" + code_name(TPM2_RC_LOCKOUT) + ")";
   if (facts.recovery_seconds == 0) {
      throw Failure(KEYSEAT_E_AUTH_LOCKED, "the TPM is in lockout until it is reset" + code)
            .with_hint("the administrator ends it: tpm2_dictionarylockout --clear-lockout")
            .with_tries_left(0);
   }
   const std::uint64_t milliseconds = std::uint64_t{facts.recovery_seconds} * 1000;
   throw Failure(KEYSEAT_E_AUTH_LOCKED, "the TPM is in lockout for up to another " +
                                              std::to_string(facts.recovery_seconds) + " s" + code)
         .with_hint(
               "the machine stays switched on meanwhile; the administrator ends it earlier: "
               "tpm2_dictionarylockout --clear-lockout")
         .with_tries_left(0)
         .with_retry_after_ms(
               static_cast<std::uint32_t>(std::min<std::uint64_t>(milliseconds, UINT32_MAX)));
}

} // namespace tpm2
