// SPDX-License-Identifier: Apache-2.0

#include "approvals.h"

#include "json_values.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_file.h>

#include <algorithm>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;

namespace {

constexpr std::string_view kFormat = "keyseat-tpm2-approvals/1";
constexpr std::string_view kFormatFamily = "keyseat-tpm2-approvals/";
constexpr std::size_t kNumberSize = 32;

Failure bad_approvals(const std::string &why) {
   return Failure(KEYSEAT_E_CONFIG, "the file of approvals " + why)
         .with_option("key")
         .with_hint("remove it, and approve anew: keyseat protector approve NAME");
}

std::string text_of(jose::JsonValue value) {
   if (!value.is(jose::JsonKind::string)) throw bad_approvals("lacks a text");
   return value.public_text();
}

Bytes hex_of(jose::JsonValue value) {
   auto bytes = hex_decode(text_of(value));
   if (!bytes) throw bad_approvals("has a number that is not hexadecimal");
   return std::move(*bytes);
}

Approval read_approval(jose::JsonValue object) {
   Approval approval;
   approval.pcrs.selection = PcrSelection::parse(text_of(object.find("pcrs")));
   for (auto v = object.find("values").first(); v.exists(); v = v.next())
      approval.pcrs.values.push_back(hex_of(v));
   approval.signature = hex_of(object.find("signature"));
   if (approval.signature.size() != 2 * kNumberSize ||
       approval.pcrs.values.size() != approval.pcrs.selection.indexes.size()) {
      throw bad_approvals("has an approval that is none");
   }
   approval.approved_at = integer_of(object.find("approved_at")).value_or(0);
   return approval;
}

void check_format(jose::JsonValue root) {
   const auto value = root.find("format");
   const std::string format = value.is(jose::JsonKind::string) ? value.public_text() : "";
   if (format == kFormat) return;
   if (format.compare(0, kFormatFamily.size(), kFormatFamily) != 0) throw bad_approvals("is none");
   throw Failure(KEYSEAT_E_TOO_NEW, "the file of approvals is of format " + format + ", and " +
                                          std::string(kFormat) + " is known here")
         .with_hint("update the plugin");
}

std::string approval_json(const Approval &approval) {
   std::string json = "  {\"pcrs\": " + jose::json_quote(approval.pcrs.selection.text());
   json += ", \"values\": [";
   for (std::size_t i = 0; i < approval.pcrs.values.size(); ++i)
      json += (i == 0 ? "\"" : ", \"") + jose::hex_encode(approval.pcrs.values[i]) + '"';
   json += "],\n   \"signature\": \"" + jose::hex_encode(approval.signature) + '"';
   return json + ", \"approved_at\": " + std::to_string(approval.approved_at) + "}";
}

} // namespace

TPMT_SIGNATURE Approval::tpm_signature() const {
   TPMT_SIGNATURE result{};
   result.sigAlg = TPM2_ALG_ECDSA;
   TPMS_SIGNATURE_ECDSA &ecdsa = result.signature.ecdsa;
   ecdsa.hash = TPM2_ALG_SHA256;
   ecdsa.signatureR.size = ecdsa.signatureS.size = kNumberSize;
   std::copy_n(signature.begin(), kNumberSize, ecdsa.signatureR.buffer);
   std::copy_n(signature.begin() + kNumberSize, kNumberSize, ecdsa.signatureS.buffer);
   return result;
}

Approvals Approvals::read(jose::JsonValue array) {
   Approvals approvals;
   for (auto v = array.first(); v.exists(); v = v.next())
      approvals.add(read_approval(v));
   return approvals;
}

std::string Approvals::json() const {
   std::string json = "[\n";
   for (std::size_t i = 0; i < approvals_.size(); ++i)
      json += approval_json(approvals_[i]) + (i + 1 < approvals_.size() ? ",\n" : "\n");
   return json + " ]";
}

const Approval *Approvals::find(const PcrValues &values) const {
   const auto found = std::find_if(approvals_.begin(), approvals_.end(), [&](const Approval &a) {
      return a.pcrs.selection == values.selection && a.pcrs.values == values.values;
   });
   return found == approvals_.end() ? nullptr : &*found;
}

void Approvals::add(Approval approval) {
   approvals_.erase(std::remove_if(approvals_.begin(), approvals_.end(),
                                   [&](const Approval &a) {
                                      return a.pcrs.selection == approval.pcrs.selection &&
                                             a.pcrs.values == approval.pcrs.values;
                                   }),
                    approvals_.end());
   approvals_.push_back(std::move(approval));
   if (approvals_.size() > kMost) approvals_.erase(approvals_.begin());
}

void Approvals::add(const Approvals &others) {
   for (const Approval &approval : others.approvals_)
      add(approval);
}

std::string approvals_path(const std::string &key_path) { return key_path + ".approvals"; }

Approvals read_approvals(const keyseat::sdk::Call &call, const std::string &key_path,
                         BytesView ref) {
   const std::string path = approvals_path(key_path);
   if (!jose::key_file_exists(path)) return {};
   const auto content = jose::read_key_file(call.secret_memory(), path, false);
   try {
      const jose::JsonTree tree(content.reveal_text());
      check_format(tree.root());
      if (!tree.root().find("ref").text_is(jose::hex_encode(ref))) return {};
      return Approvals::read(tree.root().find("approvals"));
   } catch (const jose::JsonError &error) {
      throw bad_approvals(std::string("is no JSON: ") + error.what());
   }
}

void write_approvals(const std::string &key_path, BytesView ref, const Approvals &approvals) {
   const std::string json = "{\"format\": " + jose::json_quote(kFormat) + ",\n \"ref\": \"" +
                            jose::hex_encode(ref) + "\",\n \"approvals\": " + approvals.json() +
                            "}\n";
   jose::write_key_file(approvals_path(key_path), keyseat::sdk::as_bytes(json), false, true);
}

void remove_approvals(const std::string &key_path) {
   const std::string path = approvals_path(key_path);
   if (jose::key_file_exists(path)) jose::remove_key_file(path);
}

} // namespace tpm2
