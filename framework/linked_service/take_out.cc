// SPDX-License-Identifier: Apache-2.0

#include "linked_service/take_out.h"

#include "linked_service/cuts.h"
#include "linked_service/pointer_lookup.h"
#include "linked_service/value_shape.h"

#include "json/edit.h"

namespace keyseat {

namespace {

// What was cut out of a string, with the place where it belongs in the rest.
std::vector<CutPart> parts_of(const Secret &secret) {
   std::vector<CutPart> parts;
   if (secret.cut.empty()) return parts;
   const JsonValue inner = wrapped_value(secret.value);
   const JsonValue string = inner.exists() ? inner : secret.value;
   const SecretBytes text = string.secret_text(document_memory());
   std::size_t gone = 0;
   for (const TextSpan &span : secret.cut) {
      const std::size_t size = span.end - span.begin;
      parts.push_back({span.begin - gone, {document_memory(), text.view().sub(span.begin, size)}});
      gone += size;
   }
   return parts;
}

// The text of `document` without `secrets`. Calls `visit` with each of them, the cut that takes it out
// and the offset in the result where it was, in the order of the text.
template <class Visit>
SecretBytes cut_out(const Document &document, const std::vector<Secret> &secrets,
                    const Visit &visit) {
   std::vector<Leaving> leaving;
   leaving.reserve(secrets.size());
   for (const Secret &secret : secrets)
      leaving.push_back({secret.value, secret.remains});
   const std::string_view text = document.text();
   SecretBytes left(document_memory());
   left.reserve(text.size());
   std::size_t done = 0;
   for (const Cut &cut : cuts_of(leaving)) {
      if (cut.span.begin < done)
         throw Error(ErrorCode::internal, "secrets of a definition overlap");
      const Secret &secret = secrets[cut.index];
      left.append(text.substr(done, cut.span.begin - done));
      visit(secret, cut, left.size());
      left.append(secret.left);
      done = cut.span.end;
   }
   left.append(text.substr(done));
   return left;
}

// The same secrets in a text without the credential that stood beside them.
TakenOut take_out_beside(const Document &document, const Definition &definition,
                         const std::vector<Secret> &secrets, std::string (*digest)(BytesView)) {
   const SecretBytes text = remove_credential(document, definition);
   const Document bare = Document::parse(text, document.name());
   const Definition moved = find_definitions(bare).front();
   std::vector<std::string> pointers;
   pointers.reserve(secrets.size());
   for (const Secret &secret : secrets)
      pointers.push_back(secret.pointer);
   const std::vector<JsonValue> values = look_up(moved.object, pointers);
   std::vector<Secret> again = secrets;
   for (std::size_t i = 0; i < again.size(); ++i)
      again[i].value = values[i];
   return take_out(bare, moved, again, digest);
}

} // namespace

TakenOut take_out(const Document &document, const Definition &definition,
                  const std::vector<Secret> &secrets, std::string (*digest)(BytesView content)) {
   if (definition.credential.exists())
      return take_out_beside(document, definition, secrets, digest);

   const std::string_view text = document.text();
   const JsonSpan own = definition.object.span();
   Payload payload;
   SecretBytes left =
         cut_out(document, secrets, [&](const Secret &secret, const Cut &cut, std::size_t at) {
            payload.secrets.push_back(
                  {secret.pointer, secret.remains, at - own.begin, secret.left.size(),
                   SecretBytes(document_memory(),
                               as_bytes(text.substr(cut.span.begin, cut.span.size()))),
                   parts_of(secret)});
         });
   const std::size_t behind = text.size() - own.end;
   payload.left_digest = digest(left.view().sub(own.begin, left.size() - behind - own.begin));
   return {std::move(left), std::move(payload)};
}

SecretBytes text_without(const Document &document, const std::vector<Secret> &secrets) {
   return cut_out(document, secrets, [](const Secret &, const Cut &, std::size_t) {});
}

SecretBytes insert_credential(const Document &left, const Definition &definition,
                              std::string_view credential) {
   return apply_splices(
         left.text(), {append_member(left.text(), definition.type_properties, "encryptedCredential",
                                     sdk::jose::json_quote(credential))});
}

SecretBytes remove_credential(const Document &document, const Definition &definition) {
   if (!definition.credential.exists()) {
      return {document_memory(), as_bytes(document.text())};
   }
   return apply_splices(document.text(),
                        {{spans_without({definition.credential}).front(), "", {}}});
}

} // namespace keyseat
