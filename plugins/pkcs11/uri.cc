// SPDX-License-Identifier: Apache-2.0

#include "uri.h"

#include <p11-kit/uri.h>

#include <cstdlib>
#include <cstring>

namespace pkcs11 {

namespace {

constexpr std::string_view kFileScheme = "file:";

Failure uri_failure(const std::string &what) {
   return Failure(KEYSEAT_E_CONFIG, "the PKCS #11 URI " + what).with_option("uri");
}

// RFC 7512 section 2.4: a path or a file: URI, or a command, which is never run.
std::string path_of(std::string_view source) {
   if (!source.empty() && source.front() == '|') {
      throw uri_failure("names a command as pin-source, and commands are not run")
            .with_hint("let option 'pin-source' name a file, fd:N or credential:NAME");
   }
   if (source.substr(0, kFileScheme.size()) == kFileScheme) {
      source.remove_prefix(kFileScheme.size());
      if (source.substr(0, 3) == "///") source.remove_prefix(2);
   }
   if (source.empty() || source.front() != '/') {
      throw uri_failure("has a pin-source that is no absolute path")
            .with_hint("let option 'pin-source' name it: there, paths may be relative");
   }
   return std::string(source);
}

CK_ATTRIBUTE bytes_attribute(CK_ATTRIBUTE_TYPE type, BytesView value) {
   return {type, input(value), static_cast<CK_ULONG>(value.size())};
}

std::string format(p11_kit_uri *uri, P11KitUriType type) {
   char *text = nullptr;
   if (p11_kit_uri_format(uri, type, &text) != P11_KIT_URI_OK || text == nullptr) return "pkcs11:";
   std::string result = text;
   std::free(text); // allocated by p11-kit
   return result;
}

std::string text_or_empty(const char *text) { return text == nullptr ? "" : text; }

} // namespace

void KeyUri::Free::operator()(p11_kit_uri *uri) const { p11_kit_uri_free(uri); }

KeyUri::KeyUri(const std::string &text) : uri_(p11_kit_uri_new()) {
   if (!uri_) throw std::bad_alloc();
   const int result = p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri_.get());
   if (result != P11_KIT_URI_OK) {
      throw uri_failure("cannot be read: " + text_or_empty(p11_kit_uri_message(result)))
            .with_hint("it looks like pkcs11:token=prod;object=adf (RFC 7512)");
   }
   if (p11_kit_uri_any_unrecognized(uri_.get()) != 0) {
      throw uri_failure("has an attribute that is not known")
            .with_hint("RFC 7512 section 2.3 lists them; & separates those that follow a ?");
   }
   read_object_attributes();
   read_query();
}

void KeyUri::read_object_attributes() {
   if (const auto *id = p11_kit_uri_get_attribute(uri_.get(), CKA_ID)) {
      const auto *bytes = static_cast<const std::uint8_t *>(id->pValue);
      id_ = Bytes(bytes, bytes + id->ulValueLen);
   }
   if (const auto *label = p11_kit_uri_get_attribute(uri_.get(), CKA_LABEL)) {
      label_ = std::string(static_cast<const char *>(label->pValue), label->ulValueLen);
   }
   const auto *type = p11_kit_uri_get_attribute(uri_.get(), CKA_CLASS);
   if (type == nullptr || type->ulValueLen != sizeof(CK_OBJECT_CLASS)) return;
   CK_OBJECT_CLASS value = 0;
   std::memcpy(&value, type->pValue, sizeof value);
   if (value != CKO_PRIVATE_KEY && value != CKO_PUBLIC_KEY && value != CKO_SECRET_KEY) {
      throw uri_failure("selects something that is no key")
            .with_hint("type is secret-key, private or public");
   }
   class_ = value;
}

void KeyUri::read_query() {
   if (p11_kit_uri_get_pin_value(uri_.get()) != nullptr) {
      throw uri_failure("holds a PIN (pin-value), and configurations hold no secrets")
            .with_hint(
                  "remove it, change that PIN, and let option 'pin-source' name a file, fd:N or "
                  "credential:NAME");
   }
   if (const char *source = p11_kit_uri_get_pin_source(uri_.get())) pin_source_ = path_of(source);
   module_path_ = text_or_empty(p11_kit_uri_get_module_path(uri_.get()));
   module_name_ = text_or_empty(p11_kit_uri_get_module_name(uri_.get()));
   if (!module_path_.empty() && module_path_.front() != '/') {
      throw uri_failure("has a module-path that is not absolute")
            .with_hint("let option 'module' name it: there, paths may be relative");
   }
   if (module_name_.find('/') != std::string::npos) {
      throw uri_failure("has a module-name that is a path").with_hint("write it as module-path");
   }
}

bool KeyUri::matches(const CK_INFO &module) const {
   return p11_kit_uri_match_module_info(uri_.get(), &module) == 1;
}

bool KeyUri::matches(CK_SLOT_ID slot, const CK_SLOT_INFO &info) const {
   const CK_SLOT_ID wanted = p11_kit_uri_get_slot_id(uri_.get());
   const bool is_any = wanted == static_cast<CK_SLOT_ID>(-1);
   return (is_any || wanted == slot) && p11_kit_uri_match_slot_info(uri_.get(), &info) == 1;
}

bool KeyUri::matches(const CK_TOKEN_INFO &token) const {
   return p11_kit_uri_match_token_info(uri_.get(), &token) == 1;
}

std::string describe_token(const CK_TOKEN_INFO &token) {
   const std::unique_ptr<p11_kit_uri, decltype(&p11_kit_uri_free)> uri(p11_kit_uri_new(),
                                                                       p11_kit_uri_free);
   if (!uri) throw std::bad_alloc();
   *p11_kit_uri_get_token_info(uri.get()) = token;
   return format(uri.get(), P11_KIT_URI_FOR_TOKEN);
}

std::string describe_object(const CK_TOKEN_INFO &token, CK_OBJECT_CLASS object_class, BytesView id,
                            const std::string &label) {
   const std::unique_ptr<p11_kit_uri, decltype(&p11_kit_uri_free)> uri(p11_kit_uri_new(),
                                                                       p11_kit_uri_free);
   if (!uri) throw std::bad_alloc();
   *p11_kit_uri_get_token_info(uri.get()) = token;
   CK_ATTRIBUTE type{CKA_CLASS, &object_class, sizeof object_class};
   p11_kit_uri_set_attribute(uri.get(), &type);
   CK_ATTRIBUTE id_attribute = bytes_attribute(CKA_ID, id);
   if (!id.empty()) p11_kit_uri_set_attribute(uri.get(), &id_attribute);
   CK_ATTRIBUTE name = bytes_attribute(CKA_LABEL, keyseat::sdk::as_bytes(label));
   if (!label.empty()) p11_kit_uri_set_attribute(uri.get(), &name);
   return format(uri.get(), P11_KIT_URI_FOR_OBJECT_ON_TOKEN);
}

} // namespace pkcs11
