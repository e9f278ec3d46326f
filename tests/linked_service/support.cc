// SPDX-License-Identifier: Apache-2.0

#include "linked_service/support.h"

#include "json/canonical.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace keyseat::test {

namespace {

const std::filesystem::path &data_folder() {
   static const std::filesystem::path folder =
         std::string(KEYSEAT_TESTS_DIR) + "/linked_service/data";
   return folder;
}

std::string ascii_string(JsonValue string) {
   const std::string text = string.public_text();
   std::string out = "\"";
   for (std::size_t i = 0; i < text.size();) {
      const auto c = static_cast<unsigned char>(text[i]);
      const std::size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
      if (length == 1) {
         const std::string quoted = sdk::jose::json_quote(text.substr(i, 1));
         out += quoted.substr(1, quoted.size() - 2);
      } else {
         unsigned code = c & (0xffu >> (length + 1));
         for (std::size_t k = 1; k < length; ++k) {
            code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
         }
         out += code < 0x10000 ? fmt::format("\\u{:04x}", code)
                               : fmt::format("\\u{:04x}\\u{:04x}", 0xd7c0 + (code >> 10),
                                             0xdc00 + (code & 0x3ff));
      }
      i += length;
   }
   return out + '"';
}

std::string laid_out(JsonValue value, std::size_t depth) {
   if (value.is(JsonKind::string)) return ascii_string(value);
   const bool is_object = value.is(JsonKind::object);
   if ((!is_object && !value.is(JsonKind::array)) || value.size() == 0) {
      return std::string(value.size() == 0 && is_object ? "{}" : value.raw());
   }
   std::string out;
   for (JsonValue v = value.first(); v.exists(); v = v.next()) {
      out += out.empty() ? (is_object ? "{" : "[") : ",";
      out += '\n' + std::string(2 * depth + 2, ' ');
      if (is_object) out += sdk::jose::json_quote(v.name()) + ": ";
      out += laid_out(v, depth + 1);
   }
   return out + '\n' + std::string(2 * depth, ' ') + (is_object ? '}' : ']');
}

} // namespace

Loaded load(std::string_view text) {
   Document document = Document::parse(as_bytes(text), "test.json");
   Definition definition = find_definitions(document).front();
   return {std::move(document), std::move(definition)};
}

std::string fixture(const std::string &name) {
   std::ifstream file(data_folder() / name, std::ios::binary);
   if (!file) throw std::runtime_error("no fixture " + name);
   return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> fixtures() {
   std::vector<std::string> names;
   for (const auto &entry : std::filesystem::directory_iterator(data_folder())) {
      names.push_back(entry.path().filename().string());
   }
   std::ranges::sort(names);
   return names;
}

std::string definition_text(std::string_view type, std::string_view type_properties,
                            std::string_view more) {
   return fmt::format(R"({{"name":"x","properties":{{"type":"{}","typeProperties":{}{}}}}})", type,
                      type_properties, more);
}

Discovery discover(const Loaded &loaded) { return discover_secrets(loaded.definition); }

TakenOut take_all(const Loaded &loaded) {
   return take_out(loaded.document, loaded.definition, discover(loaded).secrets, &digest);
}

std::string restore(std::string_view left, const Payload &payload) {
   const Loaded loaded = load(left);
   return std::string(
         put_back(loaded.document, loaded.definition, payload, &digest).document.text());
}

std::string digest(BytesView content) {
   return sdk::jose::base64url_encode(sdk::jose::sha256(content));
}

std::string text_of(const SecretBytes &bytes) { return std::string(bytes.reveal_text()); }

std::string canonical(std::string_view json) { return canonical_public(json); }

std::string reformatted(std::string_view json) {
   const sdk::jose::JsonTree tree(json);
   return laid_out(tree.root(), 0);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
   const std::size_t at = text.find(from);
   if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) {
      throw std::runtime_error(fmt::format("'{}' does not stand in the text once", from));
   }
   return text.replace(at, from.size(), to);
}

} // namespace keyseat::test
