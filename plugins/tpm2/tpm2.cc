// SPDX-License-Identifier: Apache-2.0
//
// The plugin: a key that works on one machine only, because its TPM keeps it.

#include "resident_protector.h"
#include "sealed_protector.h"
#include "tpm_settings.h"

#include <keyseat/sdk/jose/key_file_protector.h>
#include <keyseat/sdk/jose/shared_openssl.h>
#include <keyseat/sdk/plugin.h>

namespace {

using namespace keyseat::sdk;

std::unique_ptr<Protector> open(const Host &host, const Call &, const Settings &settings) {
   jose::share_openssl(host);
   tpm2::TpmSettings tpm_settings = tpm2::TpmSettings::read(settings);
   if (settings.text("mode") == "resident")
      return std::make_unique<tpm2::ResidentProtector>(std::move(tpm_settings));
   return std::make_unique<tpm2::SealedProtector>(std::move(tpm_settings));
}

std::string inspect(std::string_view header, BytesView encrypted_key) {
   return jose::explain_wrapped_key(header, encrypted_key,
                                    "the TPM and the key file whose key has this kid");
}

std::vector<Option> option_table() {
   return {
         {"key", "The key file; it is of use to its TPM only.", KEYSEAT_OPTION_STRING,
          KEYSEAT_MARK_REQUIRED | KEYSEAT_MARK_PATH_READ | KEYSEAT_MARK_PATH_WRITE},
         {"mode",
          "Whether the TPM seals the key and unseals it once (sealed), or keeps it and works with "
          "it (resident).",
          KEYSEAT_OPTION_ONE_OF,
          0,
          "sealed",
          {"sealed", "resident"}},
         {"tcti",
          "How the TPM is reached, a TCTI string such as device:/dev/tpmrm0; by default that, "
          "otherwise tpm2-abrmd.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_ADDRESS},
         {"parent",
          "The storage root: owner, to be derived each time, or a persistent handle such as "
          "0x81000001; by default the one that the key was made under.",
          KEYSEAT_OPTION_STRING},
         {"pcrs", "What a new key is bound to: a bank and PCRs, such as sha256:7,11.",
          KEYSEAT_OPTION_STRING},
         {"approval-key",
          "The private key that approves values of the PCRs, EC P-256 in PEM; needed to make a key "
          "and to approve, at no other time.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_PATH_READ},
         {"pin-source", "Where the PIN of a key comes from that was made with one.",
          KEYSEAT_OPTION_STRING, KEYSEAT_MARK_SECRET},
   };
}

Description describe() {
   Description d;
   d.id = "tpm2";
   d.name = "TPM 2.0";
   d.vendor = "The Keyseat authors";
   d.version = "0.1.0";
   d.description = "Wraps keys under a private key that this machine's TPM seals or keeps.";
   d.license = "Apache-2.0";
   d.capabilities = KEYSEAT_CAP_KEY_PAIR | KEYSEAT_CAP_HARDWARE | KEYSEAT_CAP_MACHINE_BOUND |
                    KEYSEAT_CAP_NEEDS_PERSON | KEYSEAT_CAP_PARALLEL;
   d.options = option_table();
   d.open = open;
   d.inspect = inspect;
   return d;
}

} // namespace

KEYSEAT_PLUGIN(describe());
