// SPDX-License-Identifier: Apache-2.0

#include "explain.h"

#include "wrapped_cek.h"

#include <keyseat/sdk/jose/key_file_protector.h>
#include <keyseat/sdk/jose/key_management.h>

namespace dpapi {

namespace jose = keyseat::sdk::jose;
using jose::Details;

namespace {

std::int64_t signed_size(std::size_t size) { return static_cast<std::int64_t>(size); }

// The scope is written in the blob by Windows, and in the kid by this plugin (Wine's blobs have none).
bool is_for_machine(std::string_view kid, const Blob &blob) {
   return (blob.flags & kLocalMachineFlag) != 0 || kid.substr(0, 8) == "machine:";
}

void describe_blob(Details &details, std::string_view kid, const Blob &blob) {
   const std::string master_key = guid_text(blob.master_key);
   const bool machine = is_for_machine(kid, blob);
   details.add("needs", machine
                              ? "the Windows machine whose DPAPI has the master key " + master_key
                              : "the Windows account that has the DPAPI master key " + master_key);
   details.add("scope", machine ? "machine" : "user");
   details.add("master_key", master_key);
   // S-1-5-18\User has those of LocalSystem as a user.
   details.add("master_key_file", (machine ? R"(%SystemRoot%\System32\Microsoft\Protect\S-1-5-18\)"
                                           : R"(%APPDATA%\Microsoft\Protect\SID-OF-THE-ACCOUNT\)") +
                                        master_key);
   details.add("provider", provider_name(blob.provider));
   details.add("provider_id", guid_text(blob.provider));
   details.add("flags", std::int64_t{blob.flags});
   details.add("description", blob.description);
   details.add("cipher", algorithm_name(blob.cipher));
   details.add("cipher_bits", std::int64_t{blob.cipher_bits});
   details.add("hash", algorithm_name(blob.hash));
   details.add("hash_bits", std::int64_t{blob.hash_bits});
   details.add("salt_size", signed_size(blob.salt_size));
   details.add("data_size", signed_size(blob.data_size));
   details.add("signature_size", signed_size(blob.signature_size));
}

} // namespace

Details describe_wrapped(std::string_view alg, std::string_view kid, BytesView encrypted_key) {
   Details details;
   details.add("blob_alg", alg);
   details.add("blob_kid", kid);
   const auto bytes = blob_of(encrypted_key);
   const auto blob = bytes && alg == kDpapiAlg ? read_blob(*bytes) : std::nullopt;
   if (blob) {
      describe_blob(details, kid, *blob);
   } else if (alg == kDpapiNgAlg) {
      details.add("needs",
                  "a Windows account, machine or certificate that the DPAPI-NG descriptor names");
   } else {
      details.add("needs", "Windows DPAPI; the blob has a layout that is not known here");
   }
   details.add("blob_size", signed_size(bytes ? bytes->size() : 0));
   return details;
}

std::string inspect(std::string_view header, BytesView encrypted_key) {
   const auto jose_header = jose::read_jose_header(header);
   if (!jose_header) throw keyseat::sdk::not_mine();
   if (jose_header->alg != kDpapiAlg && jose_header->alg != kDpapiNgAlg) {
      return jose::explain_wrapped_key(header, encrypted_key,
                                       "the key file whose key has this kid");
   }
   if (!blob_of(encrypted_key)) throw keyseat::sdk::not_mine();
   Details details =
         describe_wrapped(jose_header->alg, jose_header->kid.value_or(""), encrypted_key);
   const jose::JsonTree tree(header);
   const jose::JsonValue descriptor = tree.root().find("descriptor");
   if (descriptor.is(jose::JsonKind::string)) details.add("descriptor", descriptor.public_text());
   return details.json();
}

} // namespace dpapi
