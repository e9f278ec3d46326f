// SPDX-License-Identifier: Apache-2.0

#include "jose/recipient_header.h"

#include <keyseat/sdk/jose/key_management.h>

#include "base/text.h"
#include "jose/jwe.h"
#include "json/canonical.h"

#include <algorithm>
#include <array>
#include <set>

namespace keyseat {

namespace {

using sdk::jose::JsonKind;

constexpr std::array<std::string_view, 5> kJoseAlgs = {"A256KW", "A256GCMKW", "RSA-OAEP-256",
                                                       "RSA-OAEP", "ECDH-ES+A256KW"};

bool is_jose_alg(std::string_view alg) {
   return std::find(kJoseAlgs.begin(), kJoseAlgs.end(), alg) != kJoseAlgs.end();
}

bool is_alphanumeric(char c) {
   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_collision_resistant(std::string_view alg) {
   constexpr std::size_t kMaxAlg = 256; // bytes
   constexpr std::string_view kPunctuation = "-._~:/+#";
   return !alg.empty() && alg.size() <= kMaxAlg && is_alphanumeric(alg.front()) &&
          is_alphanumeric(alg.back()) && alg.find_first_of(".:/") != std::string_view::npos &&
          std::all_of(alg.begin(), alg.end(), [&](char c) {
             return is_alphanumeric(c) || kPunctuation.find(c) != std::string_view::npos;
          });
}

// Members that a recipient's header never has; the name is in lower case.
bool is_reserved(std::string_view name) {
   constexpr std::array<std::string_view, 6> kReserved = {"enc", "typ", "crit",
                                                          "zip", "p2s", "p2c"};
   return name.substr(0, 3) == "ks_" ||
          std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

std::optional<std::string_view> name_flaw(JsonValue header) {
   std::set<std::string> names;
   for (JsonValue member = header.first(); member.exists(); member = member.next()) {
      std::string name = ascii_lower(member.name());
      if (is_reserved(name)) return "has a member that a recipient never has";
      if (!names.insert(std::move(name)).second) return "has two names that differ in case only";
   }
   return std::nullopt;
}

} // namespace

bool is_key_pair_alg(std::string_view alg) {
   return alg == "RSA-OAEP-256" || alg == "RSA-OAEP" || alg == "ECDH-ES+A256KW";
}

bool is_recipient_alg(std::string_view alg) {
   return is_jose_alg(alg) || is_collision_resistant(alg);
}

std::optional<std::string_view> recipient_header_flaw(JsonValue header) {
   if (!header.is(JsonKind::object)) return "is no JSON object";
   if (header.raw().size() > kMaxRecipientHeader) return "is too long";
   if (const auto flaw = name_flaw(header)) return flaw;

   const JsonValue alg = header.find("alg");
   if (!alg.is(JsonKind::string)) return "has no \"alg\"";
   const std::string alg_name = alg.public_text();
   if (!is_recipient_alg(alg_name)) return "has an \"alg\" that a recipient never has";

   if (const JsonValue kid = header.find("kid"); kid.exists()) {
      if (!kid.is(JsonKind::string)) return "has a \"kid\" that is no string";
      const std::size_t size = kid.public_text().size();
      if (size == 0 || size > KEYSEAT_MAX_KID) return "has a \"kid\" of the wrong size";
   }
   if (is_jose_alg(alg_name)) {
      const auto members = sdk::jose::read_jose_header(header);
      if (!members) return "has a malformed member";
      if (members->epk.has_value() != (alg_name == "ECDH-ES+A256KW")) {
         return "has an \"epk\" where none belongs, or none where one does";
      }
   }
   return std::nullopt;
}

std::string add_members(std::string_view header, std::initializer_list<HeaderMember> members) {
   const sdk::jose::JsonTree tree(header);
   std::string merged = "{";
   const auto separate = [&merged] {
      if (merged.size() > 1) merged += ',';
   };
   const auto *added = members.begin();
   const auto add_before = [&](JsonValue own) {
      for (; added != members.end() && (!own.exists() || added->name < own.name()); ++added) {
         separate();
         merged.append(1, '"').append(added->name).append("\":").append(added->json);
      }
   };
   for (JsonValue own = tree.root().first(); own.exists(); own = own.next()) {
      add_before(own);
      separate();
      merged += header.substr(own.key_span().begin, own.span().end - own.key_span().begin);
   }
   add_before({});
   return merged + '}';
}

std::string merge_headers(std::initializer_list<std::string_view> objects) {
   std::string merged = "{";
   for (const std::string_view object : objects) {
      const sdk::jose::JsonTree tree(object);
      if (!tree.root().is(JsonKind::object)) throw sdk::jose::JsonError(0, "a header is no object");
      if (tree.root().size() == 0) continue;
      const std::string_view raw = tree.root().raw();
      if (merged.size() > 1) merged += ',';
      merged += raw.substr(1, raw.size() - 2);
   }
   return canonical_public(merged + '}');
}

} // namespace keyseat
