// SPDX-License-Identifier: Apache-2.0

#include "driver/importing.h"

#include "driver/opening.h"
#include "jose/foreign_jwe.h"
#include "json/edit.h"
#include "json/pointer.h"
#include "linked_service/binding.h"
#include "linked_service/take_out.h"
#include "linked_service/value_shape.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/key_management.h>

#include <algorithm>

#include <fmt/format.h>

namespace keyseat {

namespace {

constexpr std::size_t kMaxImportedSecrets = 64;

// `loaded` is the definition with the JWE, or what is left of it without.
Error import_refused(const LoadedDefinition &loaded, std::string_view why) {
   const Definition &definition = loaded.definition;
   return Error(ErrorCode::credential_refused,
                fmt::format("the JWE beside {} {}", loaded.called(), why))
         .hint("docs/import.md shows what a JWE for import looks like")
         .at(loaded.document.place(definition.credential.exists() ? definition.credential
                                                                  : definition.type_properties));
}

ForeignJwe read_foreign(const LoadedDefinition &loaded) {
   const JsonValue value = loaded.definition.credential;
   if (value.is(JsonKind::object)) return ForeignJwe::parse(value.raw());
   if (!value.is(JsonKind::string)) throw import_refused(loaded, "is neither text nor an object");
   const std::string text = value.public_text();
   if (const auto json = sdk::jose::base64_decode(text)) return ForeignJwe::parse(as_text(*json));
   return ForeignJwe::parse(text);
}

std::vector<WrappedPart> parts_of(const ForeignJwe &jwe) {
   std::vector<WrappedPart> parts;
   for (const auto &recipient : jwe.recipients()) {
      const auto header = sdk::jose::read_jose_header(recipient.header);
      parts.push_back({recipient.header, recipient.encrypted_key, header ? header->alg : "unknown",
                       header ? header->kid.value_or("") : ""});
   }
   return parts;
}

// The text with one value set: where a mask or the rest of a connection string stands, or as a further
// member of its object.
SecretBytes set_value(const LoadedDefinition &loaded, const ImportedSecret &secret) {
   const std::string_view text = loaded.document.text();
   const JsonValue there = resolve_pointer(loaded.definition.object, secret.pointer, true);
   if (there.exists()) {
      return apply_splices(text, {{there.span(), "", secret.value.reveal_text()}});
   }
   const auto slash = secret.pointer.rfind('/');
   const JsonValue parent =
         slash == std::string::npos
               ? JsonValue()
               : resolve_pointer(loaded.definition.object, secret.pointer.substr(0, slash), true);
   if (!parent.is(JsonKind::object)) {
      throw Error(ErrorCode::credential_refused,
                  fmt::format("the JWE beside {} holds {}, which has no place in the definition",
                              loaded.called(), readable_pointer(secret.pointer)))
            .at(loaded.document.place(loaded.definition.object));
   }
   // The member is appended with an empty value, which the secret then takes the place of.
   const auto tokens = pointer_tokens(secret.pointer);
   const SecretBytes with_member =
         apply_splices(text, {append_member(text, parent, tokens.back(), "null")});
   return set_value(load_edited(with_member, loaded.document.name()), secret);
}

// Reads the definition with one more secret. What is none any more was not meant by its owner.
LoadedDefinition with_secret(const LoadedDefinition &left, const LoadedDefinition &restored,
                             const ImportedSecret &secret) try {
   return load_edited(set_value(restored, secret), left.document.name());
} catch (const Error &error) {
   if (error.code() != ErrorCode::definition_invalid) throw;
   throw import_refused(left, fmt::format("holds {}, which does not make a definition of this file",
                                          readable_pointer(secret.pointer)));
}

// Whoever makes a JWE may call anything a SecureString, a destination too. That a secret stands there,
// the catalogue has to say, or the file by a mask.
void require_expected(const LoadedDefinition &left, const ImportedSecret &secret,
                      const LoadedDefinition &restored, const Discovery &discovery) {
   const JsonValue value = resolve_pointer(restored.definition.object, secret.pointer, true);
   const auto found =
         std::find_if(discovery.secrets.begin(), discovery.secrets.end(),
                      [&](const Secret &known) { return known.value.span() == value.span(); });
   if (found == discovery.secrets.end())
      throw import_refused(left, "holds values that are no secrets of such a definition");
   if (found->is_expected) return;
   const JsonValue there = resolve_pointer(left.definition.object, secret.pointer, true);
   if (there.exists() && shape_of(there) == ValueShape::mask) return;
   throw import_refused(left,
                        fmt::format("holds {}, where such a definition has no secret, and this "
                                    "one no mask",
                                    readable_pointer(secret.pointer)));
}

// What the file says beside its secrets shall be what it said before: a JWE does not redirect the
// connection.
void require_same_destination(const LoadedDefinition &left, const LoadedDefinition &restored,
                              const std::vector<Secret> &secrets) {
   const LoadedDefinition again =
         load_edited(text_without(restored.document, secrets), restored.document.name());
   const auto before = bound_members(left.definition, BindingScope::strict);
   const auto after = bound_members(again.definition, BindingScope::strict);
   const auto same = [](const BoundMember &a, const BoundMember &b) {
      return a.pointer == b.pointer && a.canonical.reveal_text() == b.canonical.reveal_text();
   };
   if (!std::equal(before.begin(), before.end(), after.begin(), after.end(), same)) {
      throw import_refused(left, "would change more of the definition than its secrets");
   }
}

} // namespace

LoadedDefinition open_foreign(const LoadedDefinition &loaded, const Config &config,
                              ProtectorSet &protectors) {
   const ForeignJwe jwe = read_foreign(loaded);
   CallContext call;
   call.subject = loaded.subject("import");
   call.context = loaded.context();
   const std::vector<WrappedPart> parts = parts_of(jwe);
   const UnwrappedCek unwrapped = unwrap_any(parts, config, protectors, call, loaded.called());
   const SecretBytes plaintext = jwe.open(document_memory(), unwrapped.cek);
   const auto imported = read_import_payload(plaintext.reveal_text());
   if (imported.empty()) throw import_refused(loaded, "holds no secret");
   if (imported.size() > kMaxImportedSecrets)
      throw import_refused(loaded, "holds too many secrets");

   const std::string &name = loaded.document.name();
   const LoadedDefinition left =
         load_edited(remove_credential(loaded.document, loaded.definition), name);
   LoadedDefinition restored =
         load_edited(SecretBytes(document_memory(), as_bytes(left.document.text())), name);
   for (const ImportedSecret &secret : imported) {
      restored = with_secret(left, restored, secret);
   }
   const Discovery discovery = discover_secrets(restored.definition);
   for (const ImportedSecret &secret : imported)
      require_expected(left, secret, restored, discovery);
   if (discovery.secrets.size() != imported.size()) {
      throw Error(ErrorCode::definition_invalid,
                  fmt::format("{} has secrets in clear beside the JWE", loaded.called()))
            .hint("encrypt takes definitions whose secrets are in clear; import takes those in a "
                  "JWE")
            .at(loaded.document.place(loaded.definition.object));
   }
   require_same_destination(left, restored, discovery.secrets);
   return restored;
}

} // namespace keyseat
