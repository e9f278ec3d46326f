// SPDX-License-Identifier: Apache-2.0
//
// KeyUri: which key on which token, by a PKCS #11 URI (RFC 7512).

#ifndef PKCS11_URI_H
#define PKCS11_URI_H

#include "cryptoki.h"

#include <memory>
#include <optional>
#include <string>

struct p11_kit_uri;

namespace pkcs11 {

// A URI that was read and judged. Immutable and thread-safe.
class KeyUri {
 public:
   // Throws Failure(KEYSEAT_E_CONFIG, option "uri"): no URI, an attribute that is not known, a `type`
   // that is no key, `pin-value`, or a `pin-source` that is a command. The message does not quote the
   // URI, which may hold a PIN.
   explicit KeyUri(const std::string &text);

   bool matches(const CK_INFO &module) const;
   bool matches(CK_SLOT_ID slot, const CK_SLOT_INFO &info) const;
   bool matches(const CK_TOKEN_INFO &token) const;

   const std::optional<Bytes> &id() const { return id_; }
   const std::optional<std::string> &label() const { return label_; }     // `object`
   std::optional<CK_OBJECT_CLASS> object_class() const { return class_; } // `type`

   const std::string &module_path() const { return module_path_; } // empty: none
   const std::string &module_name() const { return module_name_; } // empty: none
   const std::string &pin_source() const { return pin_source_; }   // an absolute path; empty: none

 private:
   void read_object_attributes();
   void read_query();

   struct Free {
      void operator()(p11_kit_uri *uri) const;
   };
   std::unique_ptr<p11_kit_uri, Free> uri_;
   std::optional<Bytes> id_;
   std::optional<std::string> label_;
   std::optional<CK_OBJECT_CLASS> class_;
   std::string module_path_;
   std::string module_name_;
   std::string pin_source_;
};

// A URI that selects exactly this: for lists of candidates and for status. `id` and `label` may be empty.
std::string describe_token(const CK_TOKEN_INFO &token);
std::string describe_object(const CK_TOKEN_INFO &token, CK_OBJECT_CLASS object_class, BytesView id,
                            const std::string &label);

} // namespace pkcs11

#endif
