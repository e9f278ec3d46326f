// SPDX-License-Identifier: Apache-2.0

#include "tpm_key_file.h"

#include "json_values.h"
#include "templates.h"

#include <keyseat/sdk/jose/encoding.h>

namespace tpm2 {

namespace {

constexpr std::string_view kFormat = "keyseat-tpm2/1";
constexpr std::string_view kFormatFamily = "keyseat-tpm2/";
constexpr std::string_view kPemStart = "-----BEGIN ";

Failure bad_key_file(const std::string &why) {
   return Failure(KEYSEAT_E_CONFIG, "the key file " + why)
         .with_option("key")
         .with_hint("bring it back from a backup");
}

std::string text_in(jose::JsonValue object, const char *name) {
   const auto value = object.find(name);
   if (!value.is(jose::JsonKind::string))
      throw bad_key_file(std::string("lacks the text '") + name + "'");
   return value.public_text();
}

Bytes hex_in(jose::JsonValue object, const char *name) {
   auto bytes = hex_decode(text_in(object, name));
   if (!bytes) throw bad_key_file(std::string("has a '") + name + "' that is not hexadecimal");
   return std::move(*bytes);
}

void check_format(jose::JsonValue root) {
   const std::string format = text_in(root, "format");
   if (format == kFormat) return;
   if (format.compare(0, kFormatFamily.size(), kFormatFamily) != 0)
      throw bad_key_file("is of another plugin");
   throw Failure(KEYSEAT_E_TOO_NEW, "the key file is of format " + format + ", and " +
                                          std::string(kFormat) + " is known here")
         .with_hint("update the plugin");
}

ApprovalKey read_approval_key(jose::JsonValue object) {
   ApprovalKey key{hex_in(object, "x"), hex_in(object, "y")};
   if (key.x.size() != 32 || key.y.size() != 32)
      throw bad_key_file("has an approval key that is none");
   return key;
}

Policy read_policy(jose::JsonValue root) {
   Policy policy;
   const auto pin = root.find("pin");
   policy.has_pin = pin.is(jose::JsonKind::boolean) && pin.boolean();
   if (!root.find("pcrs").exists()) return policy;
   policy.selection = PcrSelection::parse(text_in(root, "pcrs"));
   if (root.find("approval_key").exists()) {
      policy.approval_key = read_approval_key(root.find("approval_key"));
      policy.ref = hex_in(root, "ref");
      return policy;
   }
   PcrValues values{*policy.selection, {}};
   for (auto v = root.find("values").first(); v.exists(); v = v.next()) {
      auto value = v.is(jose::JsonKind::string) ? hex_decode(v.public_text()) : std::nullopt;
      if (!value) throw bad_key_file("has values of PCRs that are not hexadecimal");
      values.values.push_back(std::move(*value));
   }
   if (values.values.size() != values.selection.indexes.size())
      throw bad_key_file("has not one value for each PCR");
   policy.pcrs = std::move(values);
   return policy;
}

TPM2B_PUBLIC template_of(const TpmKeyFile &file) {
   return file.key.is_sealed ? sealed_template(file.policy)
                             : resident_template(file.type, file.policy);
}

// The public area is what the TPM goes by; what the JSON says shall be the same.
void check_consistency(const TpmKeyFile &file, bool says_sealed) {
   if (says_sealed != file.key.is_sealed || says_sealed == file.sealed_jwk.empty() ||
       file.policy.ref.size() > sizeof(TPMU_HA) ||
       !agrees_with_template(file.key.public_area, template_of(file))) {
      throw bad_key_file("contradicts itself: it was altered");
   }
}

TpmKeyFile read_json(jose::JsonValue root) {
   check_format(root);
   TpmKeyFile file;
   const auto type = jose::key_type_from_name(text_in(root, "key_type"));
   if (!type) throw bad_key_file("is of an unknown type of key");
   file.type = *type;
   file.root_name = hex_in(root, "root_name");
   file.policy = read_policy(root);
   if (file.policy.approval_key) file.approvals = Approvals::read(root.find("approvals"));
   file.created_at = integer_of(root.find("created_at")).value_or(0);
   if (root.find("jwk").exists()) file.sealed_jwk = text_in(root, "jwk");
   return file;
}

std::string member(const char *name, const std::string &raw) {
   return ",\n  " + jose::json_quote(name) + ": " + raw;
}

std::string hex_text(BytesView bytes) { return '"' + jose::hex_encode(bytes) + '"'; }

std::string policy_members(const Policy &policy, const Approvals &approvals) {
   std::string json;
   if (policy.has_pin) json += member("pin", "true");
   if (!policy.selection) return json;
   json += member("pcrs", jose::json_quote(policy.selection->text()));
   if (policy.approval_key) {
      json += member("approval_key", "{\"x\": " + hex_text(policy.approval_key->x) +
                                           ", \"y\": " + hex_text(policy.approval_key->y) + "}");
      json += member("ref", hex_text(policy.ref));
      return json + member("approvals", approvals.json());
   }
   std::string values;
   for (const Bytes &value : policy.pcrs->values)
      values += (values.empty() ? "" : ", ") + hex_text(value);
   return json + member("values", "[" + values + "]");
}

} // namespace

TpmKeyFile TpmKeyFile::parse(std::string_view content) {
   const std::size_t pem = content.find(kPemStart);
   if (pem == std::string_view::npos) throw bad_key_file("holds no key of a TPM");
   try {
      const jose::JsonTree tree(content.substr(0, pem));
      TpmKeyFile file = read_json(tree.root());
      file.key = read_tss2_key(find_pem_block(content.substr(pem)));
      check_consistency(file, tree.root().find("mode").text_is("sealed"));
      return file;
   } catch (const jose::JsonError &error) {
      throw bad_key_file(std::string("does not begin with JSON: ") + error.what());
   }
}

std::string TpmKeyFile::text() const {
   std::string json = "{\n  \"format\": " + jose::json_quote(kFormat);
   json += member("mode", key.is_sealed ? "\"sealed\"" : "\"resident\"");
   json += member("key_type", jose::json_quote(jose::key_type_name(type)));
   json += member("root_name", hex_text(root_name));
   json += policy_members(policy, approvals);
   json += member("created_at", std::to_string(created_at));
   if (key.is_sealed) json += member("jwk", jose::json_quote(sealed_jwk));
   return json + "\n}\n" + pem_block(tss2_key_der(key, policy));
}

} // namespace tpm2
