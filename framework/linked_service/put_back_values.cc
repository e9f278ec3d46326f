// SPDX-License-Identifier: Apache-2.0

#include "linked_service/pointer_lookup.h"
#include "linked_service/put_back.h"
#include "linked_service/value_shape.h"

#include "json/edit.h"

#include <algorithm>
#include <map>
#include <memory>

namespace keyseat {

namespace {

using sdk::jose::JsonError;
using sdk::jose::JsonTree;

// Reads a part of the payload as JSON.
std::unique_ptr<JsonTree> read_json(std::string_view text, const std::string &pointer) try {
   return std::make_unique<JsonTree>(text);
} catch (const JsonError &) {
   throw misfit(pointer, "is no JSON value");
}

// The members that an object gets back, as one insertion behind its last one.
class Appended {
 public:
   explicit Appended(JsonValue object) : object_(object), text_(document_memory()) {}

   void add(std::string_view document, std::string_view name, std::string_view value) {
      if (text_.empty()) {
         first(document, name);
      } else {
         text_.append(separator_);
         text_.append(sdk::jose::json_quote(name));
         text_.append(colon_);
      }
      text_.append(value);
   }

   Splice splice() const { return {{place_, place_}, {}, text_.reveal_text()}; }

 private:
   // append_member() lays out the first; the others follow it.
   void first(std::string_view document, std::string_view name) {
      constexpr std::string_view kValue = "null";
      const Splice layout = append_member(document, object_, name, std::string(kValue));
      const std::string_view start =
            std::string_view(layout.text).substr(0, layout.text.size() - kValue.size());
      const std::size_t quote = start.find('"');
      place_ = layout.span.begin;
      separator_ = quote == 0 ? ", " : start.substr(0, quote);
      colon_ = start.substr(quote + sdk::jose::json_quote(name).size());
      text_.append(start);
   }

   JsonValue object_;
   SecretBytes text_;
   std::size_t place_ = 0;
   std::string separator_;
   std::string colon_;
};

class PutBack {
 public:
   explicit PutBack(std::string_view text) : text_(text) {}

   void add(const TakenSecret &secret, JsonValue there, JsonValue parent) {
      switch (secret.remains) {
         case Remains::nothing:
            add_member(secret, there, parent);
            break;
         case Remains::mask:
            replace_mask(secret, there);
            break;
         case Remains::rest:
            replace_rest(secret, there);
            break;
      }
   }

   SecretBytes result() && {
      for (const auto &[begin, appended] : appended_)
         splices_.push_back(appended.splice());
      return apply_splices(text_, std::move(splices_));
   }

 private:
   void add_member(const TakenSecret &secret, JsonValue there, JsonValue parent) {
      if (there.exists()) throw misfit(secret.pointer, "would replace a member that is there");
      if (!parent.is(JsonKind::object)) throw misfit(secret.pointer, "has no place any more");
      // The text that was taken out, without the comma that stood before or behind the member.
      constexpr std::string_view kAround = ", \t\r\n";
      std::string_view member = secret.raw.reveal_text();
      member.remove_prefix(std::min(member.find_first_not_of(kAround), member.size()));
      member = member.substr(0, member.find_last_not_of(kAround) + 1);
      SecretBytes object(document_memory());
      object.append("{");
      object.append(member);
      object.append("}");
      const auto tree = read_json(object.reveal_text(), secret.pointer);
      const JsonValue value = tree->root().first();
      const std::string name = pointer_tokens(secret.pointer).back();
      if (tree->root().size() != 1 || !value.name_is_no_case(name)) {
         throw misfit(secret.pointer, "brings more than its own value");
      }
      appended_.try_emplace(parent.span().begin, parent)
            .first->second.add(text_, name, value.raw());
   }

   void replace_mask(const TakenSecret &secret, JsonValue there) {
      if (!there.exists()) throw misfit(secret.pointer, "has no place any more");
      if (shape_of(there) != ValueShape::mask) {
         throw misfit(secret.pointer, "would replace something else than a mask");
      }
      const auto tree = read_json(secret.raw.reveal_text(), secret.pointer);
      splices_.push_back({there.span(), {}, tree->root().raw()});
   }

   void replace_rest(const TakenSecret &secret, JsonValue there) {
      if (!there.is(JsonKind::string)) throw misfit(secret.pointer, "has no place any more");
      const auto tree = read_json(secret.raw.reveal_text(), secret.pointer);
      const JsonValue inner = wrapped_value(tree->root());
      const JsonValue string = inner.exists() ? inner : tree->root();
      if (!string.is(JsonKind::string)) throw misfit(secret.pointer, "is no text");
      const SecretBytes original = string.secret_text(document_memory());
      if (!are_parts_of(original.reveal_text(), secret.parts)) {
         throw misfit(secret.pointer, "would change more than the secret parts of a text");
      }
      if (there.text_is(without_parts(original.reveal_text(), secret.parts).reveal_text())) {
         splices_.push_back({there.span(), {}, tree->root().raw()});
      } else {
         splices_.push_back({there.span(), {}, edited(secret, there, *tree, string)});
      }
   }

   // The original value, a plain string or an object, around the edited text.
   std::string_view edited(const TakenSecret &secret, JsonValue there, const JsonTree &original,
                           JsonValue string) {
      const SecretBytes rest = there.secret_text(document_memory());
      const auto whole = reattach(rest.reveal_text(), secret.parts);
      if (!whole) throw misfit(secret.pointer, "does not fit the text as it was edited");
      const std::string_view raw = original.root().raw();
      const std::size_t offset = original.root().span().begin;
      SecretBytes &value = kept_.emplace_back(document_memory());
      value.append(raw.substr(0, string.span().begin - offset));
      sdk::jose::json_quote_to(value, whole->reveal_text());
      value.append(raw.substr(string.span().end - offset));
      return value.reveal_text();
   }

   std::string_view text_;
   std::vector<Splice> splices_;
   std::map<std::size_t, Appended> appended_; // by where the object begins
   std::vector<SecretBytes> kept_;            // what splices borrow
};

} // namespace

Restored put_back_values(const Document &left, const Definition &definition,
                         const Payload &payload) {
   std::vector<std::string> pointers;
   std::vector<std::string> parents;
   for (const TakenSecret &secret : payload.secrets) {
      pointers.push_back(secret.pointer);
      parents.push_back(parent_pointer(secret.pointer));
   }
   const std::vector<JsonValue> values = look_up(definition.object, pointers);
   const std::vector<JsonValue> places = look_up(definition.object, parents);
   PutBack put_back(left.text());
   for (std::size_t i = 0; i < payload.secrets.size(); ++i) {
      put_back.add(payload.secrets[i], values[i], places[i]);
   }
   return read_restored(std::move(put_back).result(), left.name());
}

} // namespace keyseat
