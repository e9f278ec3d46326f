// SPDX-License-Identifier: Apache-2.0

#include "storage_root.h"

#include "marshal.h"
#include "templates.h"

#include <keyseat/sdk/jose/primitives.h>

#include <cstdio>

namespace tpm2 {

namespace {

constexpr const char *kOwner = "owner";

// Computed by ESYS from the key to which it salts sessions; what a TPM says that the name is counts for
// nothing (tests/tpm2/bus_test.py has one that lies).
Bytes name_of_key(Tpm &tpm, ESYS_TR object) {
   TPM2B_NAME *name = nullptr;
   const TSS2_RC code = Esys_TR_GetName(tpm.esys(), object, &name);
   if (code != TSS2_RC_SUCCESS) throw command_failed("Esys_TR_GetName", code);
   const EsysPtr<TPM2B_NAME> owner(name);
   return {name->name, name->name + name->size};
}

Handle make_primary(Tpm &tpm) {
   const TPM2B_PUBLIC wanted = storage_root_template();
   const TPM2B_SENSITIVE_CREATE sensitive{};
   const TPM2B_DATA outside{};
   const TPML_PCR_SELECTION no_pcrs{};
   ESYS_TR primary = ESYS_TR_NONE;
   try {
      tpm.run("TPM2_CreatePrimary", [&] {
         return Esys_CreatePrimary(tpm.esys(), ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE,
                                   ESYS_TR_NONE, &sensitive, &wanted, &outside, &no_pcrs, &primary,
                                   nullptr, nullptr, nullptr, nullptr);
      });
   } catch (const TpmFailure &failure) {
      if (base_code(failure.code()) != TPM2_RC_BAD_AUTH) throw;
      throw TpmFailure(Failure(KEYSEAT_E_DENIED, "the owner hierarchy of the TPM has a password (" +
                                                       code_name(failure.code()) + ")")
                             .with_option("parent")
                             .with_hint("make its storage root persistent (tpm2_createprimary, "
                                        "tpm2_evictcontrol) and name its handle"),
                       failure.code());
   }
   return {tpm, primary};
}

Handle find_persistent(Tpm &tpm, ParentHandle parent) {
   ESYS_TR object = ESYS_TR_NONE;
   try {
      tpm.run("TPM2_ReadPublic", [&] {
         return Esys_TR_FromTPMPublic(tpm.esys(), parent, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                      &object);
      });
   } catch (const TpmFailure &failure) {
      if (base_code(failure.code()) != TPM2_RC_HANDLE) throw;
      throw Failure(KEYSEAT_E_UNAVAILABLE, "the TPM has no persistent key " + parent_text(parent))
            .with_option("parent")
            .with_hint("tpm2_getcap handles-persistent lists those that it has")
            .with_native("tss2", failure.code());
   }
   return {tpm, object, true};
}

} // namespace

ParentHandle parse_parent(const std::string &text) {
   if (text == kOwner) return TPM2_RH_OWNER;
   std::size_t end = 0;
   unsigned long value = 0;
   try {
      value = std::stoul(text, &end, 16);
   } catch (const std::exception &) {
      end = 0;
   }
   if (end != text.size() || text.compare(0, 2, "0x") != 0 || value < TPM2_PERSISTENT_FIRST ||
       value > TPM2_PERSISTENT_LAST) {
      throw Failure(KEYSEAT_E_CONFIG,
                    "'parent' is owner, or a persistent handle such as 0x81000001")
            .with_option("parent");
   }
   return static_cast<ParentHandle>(value);
}

std::string parent_text(ParentHandle parent) {
   if (parent == TPM2_RH_OWNER) return kOwner;
   char text[16];
   static_cast<void>(std::snprintf(text, sizeof text, "0x%08x", parent)); // fits
   return text;
}

StorageRoot load_storage_root(Tpm &tpm, ParentHandle parent) {
   Handle handle = parent == TPM2_RH_OWNER ? make_primary(tpm) : find_persistent(tpm, parent);
   Bytes name = name_of_key(tpm, handle.tr());
   return {std::move(handle), std::move(name)};
}

void require_name(const StorageRoot &root, BytesView expected) {
   if (keyseat::sdk::jose::constant_time_equal(root.name, expected)) return;
   throw Failure(KEYSEAT_E_KEY_LOST,
                 "this is not the TPM that the key was made in: it was cleared, or exchanged, or "
                 "another one answers in its place")
         .with_hint(
               "open the credentials with their recovery recipient, then make a new key "
               "(keyseat protector create --replace) and encrypt them anew");
}

} // namespace tpm2
