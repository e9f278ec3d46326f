// SPDX-License-Identifier: Apache-2.0
//
// Attributes of objects: Template, to look for and to make them, and reading single ones.

#ifndef PKCS11_ATTRIBUTES_H
#define PKCS11_ATTRIBUTES_H

#include "cryptoki.h"

#include <keyseat/sdk/secret.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace pkcs11 {

using keyseat::sdk::SecretBytes;
using keyseat::sdk::SecretMemory;

// A list of attributes. Numbers and truths are kept; bytes are borrowed and outlive it.
class Template {
 public:
   Template() = default;
   Template(const Template &) = delete;
   Template &operator=(const Template &) = delete;
   ~Template() = default;

   Template &truth(CK_ATTRIBUTE_TYPE type, bool value);
   Template &number(CK_ATTRIBUTE_TYPE type, CK_ULONG value);
   Template &bytes(CK_ATTRIBUTE_TYPE type, BytesView value);

   CK_ATTRIBUTE *data() { return attributes_.data(); }
   CK_ULONG size() const { return attributes_.size(); }

 private:
   std::vector<CK_ATTRIBUTE> attributes_;
   std::deque<CK_BBOOL> truths_; // a deque: what stands there does not move
   std::deque<CK_ULONG> numbers_;
};

// Objects as one session sees them.
class Objects {
 public:
   Objects(const CK_FUNCTION_LIST &functions, CK_SESSION_HANDLE session)
         : f_(functions), session_(session) {}

   // Handles of the objects that match, each once. Throws CryptokiError.
   std::vector<CK_OBJECT_HANDLE> find(Template &wanted) const;

   // An attribute's value; none where the object has no such attribute or does not tell it. Values
   // beyond 64 KiB, and sizes that change or are not the type's, are not believed. Throws CryptokiError.
   std::optional<Bytes> bytes(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
   std::optional<CK_ULONG> number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
   bool truth(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const; // false where it is absent
   std::string text(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;

   // CKA_VALUE of a session object that was made to be read: up to `room` bytes.
   SecretBytes secret_value(SecretMemory memory, CK_OBJECT_HANDLE object, std::size_t room) const;

 private:
   const CK_FUNCTION_LIST &f_;
   CK_SESSION_HANDLE session_;
};

// A session object that goes away with its scope.
class TemporaryObject {
 public:
   TemporaryObject(const CK_FUNCTION_LIST &functions, CK_SESSION_HANDLE session)
         : f_(functions), session_(session) {}
   TemporaryObject(const TemporaryObject &) = delete;
   TemporaryObject &operator=(const TemporaryObject &) = delete;
   ~TemporaryObject() {
      if (handle_ != CK_INVALID_HANDLE) f_.C_DestroyObject(session_, handle_);
   }
   CK_OBJECT_HANDLE handle() const { return handle_; }
   CK_OBJECT_HANDLE *out() { return &handle_; }

 private:
   const CK_FUNCTION_LIST &f_;
   CK_SESSION_HANDLE session_;
   CK_OBJECT_HANDLE handle_ = CK_INVALID_HANDLE;
};

} // namespace pkcs11

#endif
