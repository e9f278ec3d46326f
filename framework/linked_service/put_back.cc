// SPDX-License-Identifier: Apache-2.0

#include "linked_service/put_back.h"

#include "linked_service/cuts.h"
#include "linked_service/pointer_lookup.h"
#include "linked_service/value_shape.h"

#include <fmt/format.h>

#include <utility>

namespace keyseat {

namespace {

std::vector<std::string> pointers_of(const Payload &payload) {
   std::vector<std::string> pointers;
   for (const TakenSecret &secret : payload.secrets)
      pointers.push_back(secret.pointer);
   return pointers;
}

// What stands in the text is what taking the secret out left there.
void require_left(JsonValue there, const TakenSecret &secret, std::size_t begin) {
   switch (secret.remains) {
      case Remains::nothing:
         return; // checked in the result: no name stands twice in an object
      case Remains::mask:
      case Remains::rest:
         if (there.exists() && there.span() == JsonSpan{begin, begin + secret.left}) break;
         throw misfit(secret.pointer, "does not stand where it was taken from");
   }
   if (secret.remains == Remains::mask && shape_of(there) != ValueShape::mask) {
      throw misfit(secret.pointer, "would replace something else than a mask");
   }
}

// The string of a restored value is the rest with the parts in their places.
void require_parts(JsonValue restored, JsonValue there, const TakenSecret &secret) {
   if (secret.remains != Remains::rest) return;
   const JsonValue inner = wrapped_value(restored);
   const JsonValue string = inner.exists() ? inner : restored;
   if (string.is(JsonKind::string) && there.is(JsonKind::string)) {
      const SecretBytes text = string.secret_text(document_memory());
      if (are_parts_of(text.reveal_text(), secret.parts) &&
          there.text_is(without_parts(text.reveal_text(), secret.parts).reveal_text())) {
         return;
      }
   }
   throw misfit(secret.pointer, "would change more than the secret parts of a text");
}

} // namespace

Error misfit(const std::string &pointer, std::string why) {
   return Error(ErrorCode::credential_refused,
                fmt::format("the credential's secret {} {}", readable_pointer(pointer), why))
         .hint("the definition was changed around its secrets, or the credential belongs to "
               "another")
         .at({{}, 0, 0, pointer});
}

Restored read_restored(const SecretBytes &text, const std::string &name) try {
   Document document = Document::parse(text, name);
   Definition definition = find_definitions(document).front();
   return {std::move(document), std::move(definition)};
} catch (const Error &error) {
   if (error.code() != ErrorCode::definition_invalid) throw;
   throw Error(ErrorCode::credential_refused,
               "what the credential holds does not make a definition of this file");
}

Restored put_back_text(const Document &left, const Definition &definition, const Payload &payload) {
   const std::string_view text = left.text();
   const JsonSpan own = definition.object.span();
   const std::vector<JsonValue> there = look_up(definition.object, pointers_of(payload));
   SecretBytes whole(document_memory());
   std::vector<JsonSpan> spans; // of what is put back, in the restored text
   std::size_t done = 0;
   for (std::size_t i = 0; i < payload.secrets.size(); ++i) {
      const TakenSecret &secret = payload.secrets[i];
      const std::size_t begin = own.begin + secret.at;
      if (begin < done || begin + secret.left > own.end) {
         throw misfit(secret.pointer, "lies outside of the definition");
      }
      require_left(there[i], secret, begin);
      whole.append(text.substr(done, begin - done));
      spans.push_back({whole.size(), whole.size() + secret.raw.size()});
      whole.append(secret.raw.view());
      done = begin + secret.left;
   }
   whole.append(text.substr(done));

   Restored restored = read_restored(whole, left.name());
   const std::vector<JsonValue> values = look_up(restored.definition.object, pointers_of(payload));
   std::vector<Leaving> leaving;
   for (std::size_t i = 0; i < values.size(); ++i) {
      const TakenSecret &secret = payload.secrets[i];
      if (!values[i].exists() ||
          (secret.remains == Remains::nothing && !values[i].parent().is(JsonKind::object))) {
         throw misfit(secret.pointer, "is not there after it is put back");
      }
      require_parts(values[i], there[i], secret);
      leaving.push_back({values[i], secret.remains});
   }
   for (const Cut &cut : cuts_of(leaving)) {
      if (!(cut.span == spans[cut.index])) {
         throw misfit(payload.secrets[cut.index].pointer, "brings more than its own value");
      }
   }
   return restored;
}

Restored put_back(const Document &left, const Definition &definition, const Payload &payload,
                  std::string (*digest)(BytesView content)) {
   const JsonSpan own = definition.object.span();
   const BytesView text = as_bytes(left.text().substr(own.begin, own.size()));
   return digest(text) == payload.left_digest ? put_back_text(left, definition, payload)
                                              : put_back_values(left, definition, payload);
}

} // namespace keyseat
