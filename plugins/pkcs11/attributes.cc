// SPDX-License-Identifier: Apache-2.0

#include "attributes.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace pkcs11 {

namespace {

constexpr CK_ULONG kLongestValue = 65536;
constexpr std::size_t kMostObjects = 10'000;

bool is_absent(CK_RV rv, const CK_ATTRIBUTE &attribute) {
   return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ||
          (rv == CKR_OK && attribute.ulValueLen == static_cast<CK_ULONG>(-1));
}

// A CKA_ID that comes back short would give the key another name, and lose what is wrapped under it.
void check_told_size(const CK_ATTRIBUTE &attribute, std::size_t size) {
   if (attribute.ulValueLen != size) throw CryptokiError("C_GetAttributeValue", CKR_GENERAL_ERROR);
}

} // namespace

Template &Template::truth(CK_ATTRIBUTE_TYPE type, bool value) {
   truths_.push_back(value ? CK_TRUE : CK_FALSE);
   attributes_.push_back({type, &truths_.back(), sizeof(CK_BBOOL)});
   return *this;
}

Template &Template::number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
   numbers_.push_back(value);
   attributes_.push_back({type, &numbers_.back(), sizeof(CK_ULONG)});
   return *this;
}

Template &Template::bytes(CK_ATTRIBUTE_TYPE type, BytesView value) {
   attributes_.push_back({type, input(value), static_cast<CK_ULONG>(value.size())});
   return *this;
}

std::vector<CK_OBJECT_HANDLE> Objects::find(Template &wanted) const {
   check(f_.C_FindObjectsInit(session_, wanted.data(), wanted.size()), "C_FindObjectsInit");
   std::vector<CK_OBJECT_HANDLE> found;
   std::array<CK_OBJECT_HANDLE, 64> some{};
   CK_RV rv = CKR_OK;
   while (found.size() < kMostObjects) {
      CK_ULONG count = 0;
      rv = f_.C_FindObjects(session_, some.data(), some.size(), &count);
      if (rv != CKR_OK || count == 0) break;
      count = checked_size(count, some.size(), "C_FindObjects");
      std::copy_if(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count),
                   std::back_inserter(found), [&](CK_OBJECT_HANDLE handle) {
                      return std::find(found.begin(), found.end(), handle) == found.end();
                   });
   }
   const CK_RV final_rv = f_.C_FindObjectsFinal(session_);
   check(rv, "C_FindObjects");
   check(final_rv, "C_FindObjectsFinal");
   return found;
}

std::optional<Bytes> Objects::bytes(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
   CK_ATTRIBUTE attribute{type, nullptr, 0};
   CK_RV rv = f_.C_GetAttributeValue(session_, object, &attribute, 1);
   if (is_absent(rv, attribute)) return std::nullopt;
   check(rv, "C_GetAttributeValue");
   Bytes value(checked_size(attribute.ulValueLen, kLongestValue, "C_GetAttributeValue"));
   if (value.empty()) return value;
   attribute.pValue = value.data();
   rv = f_.C_GetAttributeValue(session_, object, &attribute, 1);
   if (is_absent(rv, attribute)) return std::nullopt;
   check(rv, "C_GetAttributeValue");
   check_told_size(attribute, value.size());
   return value;
}

std::optional<CK_ULONG> Objects::number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
   CK_ULONG value = 0;
   CK_ATTRIBUTE attribute{type, &value, sizeof value};
   const CK_RV rv = f_.C_GetAttributeValue(session_, object, &attribute, 1);
   if (is_absent(rv, attribute)) return std::nullopt;
   check(rv, "C_GetAttributeValue");
   if (attribute.ulValueLen == 0) return std::nullopt;
   check_told_size(attribute, sizeof value);
   return value;
}

bool Objects::truth(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
   CK_BBOOL value = CK_FALSE;
   CK_ATTRIBUTE attribute{type, &value, sizeof value};
   const CK_RV rv = f_.C_GetAttributeValue(session_, object, &attribute, 1);
   if (is_absent(rv, attribute)) return false;
   check(rv, "C_GetAttributeValue");
   if (attribute.ulValueLen == 0) return false;
   check_told_size(attribute, sizeof value);
   return value != CK_FALSE;
}

std::string Objects::text(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
   const std::optional<Bytes> value = bytes(object, type);
   return value ? std::string(value->begin(), value->end()) : std::string();
}

SecretBytes Objects::secret_value(SecretMemory memory, CK_OBJECT_HANDLE object,
                                  std::size_t room) const {
   SecretBytes value(memory, room);
   CK_ATTRIBUTE attribute{CKA_VALUE, value.data(), static_cast<CK_ULONG>(value.size())};
   check(f_.C_GetAttributeValue(session_, object, &attribute, 1), "C_GetAttributeValue");
   value.resize(checked_size(attribute.ulValueLen, room, "C_GetAttributeValue"));
   return value;
}

} // namespace pkcs11
