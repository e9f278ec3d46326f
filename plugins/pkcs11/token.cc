// SPDX-License-Identifier: Apache-2.0

#include "token.h"

#include <keyseat/sdk/jose/json.h>

#include <algorithm>

namespace pkcs11 {

namespace jose = keyseat::sdk::jose;

namespace {

constexpr CK_ULONG kMostSlots = 4096;
constexpr CK_ULONG kMostMechanisms = 4096;

// A list whose length may change between the two calls that it takes.
template <class Item, class Read>
std::vector<Item> read_list(const char *function, CK_ULONG most, const Read &read) {
   for (int round = 0; round < 3; ++round) {
      CK_ULONG count = 0;
      check(read(nullptr, &count), function);
      std::vector<Item> items(checked_size(count, most, function));
      if (items.empty()) return items;
      const CK_RV rv = read(items.data(), &count);
      if (rv == CKR_BUFFER_TOO_SMALL) continue;
      check(rv, function);
      items.resize(checked_size(count, items.size(), function));
      return items;
   }
   throw CryptokiError(function, CKR_BUFFER_TOO_SMALL);
}

struct Found {
   std::vector<Token> matching;
   std::vector<Token> others;
};

// Slots without a token, and tokens that do not answer, do not keep the others from being found.
Found look_at_slots(const Module &module, const KeyUri &uri) {
   const CK_FUNCTION_LIST &f = module.functions();
   const auto slots = read_list<CK_SLOT_ID>(
         "C_GetSlotList", kMostSlots,
         [&](CK_SLOT_ID *list, CK_ULONG *count) { return f.C_GetSlotList(CK_TRUE, list, count); });
   Found found;
   for (const CK_SLOT_ID slot : slots) {
      Token token{slot, {}, {}};
      if (f.C_GetSlotInfo(slot, &token.slot_info) != CKR_OK) continue;
      if (f.C_GetTokenInfo(slot, &token.info) != CKR_OK) continue;
      if (!token.has(CKF_TOKEN_INITIALIZED)) continue;
      const bool matches = uri.matches(slot, token.slot_info) && uri.matches(token.info);
      (matches ? found.matching : found.others).push_back(token);
   }
   return found;
}

std::string list_of(const std::vector<Token> &tokens) {
   std::string text;
   for (const Token &token : tokens) {
      if (text.size() > 2000) return text + ", and more";
      text += (text.empty() ? "" : ", ") + describe_token(token.info) +
              " (slot-id=" + std::to_string(token.slot) + ")";
   }
   return text;
}

constexpr struct {
   CK_MECHANISM_TYPE type;
   const char *name;
} kNamed[] = {
      {CKM_AES_KEY_WRAP, "CKM_AES_KEY_WRAP"},
      {CKM_AES_GCM, "CKM_AES_GCM"},
      {CKM_AES_KEY_GEN, "CKM_AES_KEY_GEN"},
      {CKM_RSA_PKCS_OAEP, "CKM_RSA_PKCS_OAEP"},
      {CKM_ECDH1_DERIVE, "CKM_ECDH1_DERIVE"},
      {CKM_EC_KEY_PAIR_GEN, "CKM_EC_KEY_PAIR_GEN"},
      {CKM_RSA_PKCS_KEY_PAIR_GEN, "CKM_RSA_PKCS_KEY_PAIR_GEN"},
};

// By the strict JSON reader: what is no UTF-8 is no string.
bool is_utf8(const std::string &text) {
   const std::string quoted = jose::json_quote(text);
   try {
      const jose::JsonTree tree(quoted);
      return true;
   } catch (const jose::JsonError &) {
      return false;
   }
}

} // namespace

std::string readable(std::string text) {
   const bool utf8 = is_utf8(text);
   for (char &c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
   }
   return text;
}

std::string Token::label() const { return field_text(info.label); }

std::string Token::serial() const { return field_text(info.serialNumber); }

std::string Token::name() const { return "token “" + label() + "”"; }

CK_TOKEN_INFO read_token_info(const Module &module, CK_SLOT_ID slot) {
   CK_TOKEN_INFO info{};
   check(module.functions().C_GetTokenInfo(slot, &info), "C_GetTokenInfo");
   return info;
}

Token find_token(const Module &module, const KeyUri &uri) {
   if (!uri.matches(module.info())) {
      throw Failure(KEYSEAT_E_UNAVAILABLE,
                    "the URI wants another library than the module " + module.path())
            .with_hint(
                  "compare its attributes library-manufacturer, library-description and "
                  "library-version with " +
                  field_text(module.info().manufacturerID) + ", " +
                  field_text(module.info().libraryDescription));
   }
   const Found found = look_at_slots(module, uri);
   if (found.matching.size() == 1) return found.matching.front();
   if (found.matching.empty()) {
      const std::string others = list_of(found.others);
      throw Failure(KEYSEAT_E_UNAVAILABLE,
                    "no token of the module " + module.path() + " is the one that the URI means")
            .with_hint(others.empty() ? "there is no initialised token: plug it in, start its "
                                        "service, or initialise it with the vendor's tool"
                                      : "there are: " + others);
   }
   throw Failure(KEYSEAT_E_CONFIG, "the URI means " + std::to_string(found.matching.size()) +
                                         " tokens: " + list_of(found.matching))
         .with_option("uri")
         .with_hint("add token, serial or slot-id to it");
}

Mechanisms::Mechanisms(const Module &module, CK_SLOT_ID slot) {
   const CK_FUNCTION_LIST &f = module.functions();
   const auto types = read_list<CK_MECHANISM_TYPE>(
         "C_GetMechanismList", kMostMechanisms, [&](CK_MECHANISM_TYPE *list, CK_ULONG *count) {
            return f.C_GetMechanismList(slot, list, count);
         });
   for (const auto &named : kNamed) {
      if (std::find(types.begin(), types.end(), named.type) == types.end()) continue;
      CK_MECHANISM_INFO info{};
      check(f.C_GetMechanismInfo(slot, named.type, &info), "C_GetMechanismInfo");
      rows_.push_back({named.type, info.flags});
   }
}

bool Mechanisms::offers(CK_MECHANISM_TYPE type, CK_FLAGS flags) const {
   return std::any_of(rows_.begin(), rows_.end(), [&](const Row &row) {
      return row.type == type && (row.flags & flags) == flags;
   });
}

std::string Mechanisms::names() const {
   std::string text;
   for (const auto &named : kNamed) {
      if (offers(named.type, 0)) text += (text.empty() ? "" : ", ") + std::string(named.name);
   }
   return text;
}

} // namespace pkcs11
