// SPDX-License-Identifier: Apache-2.0
//
// What stands in typeProperties.encryptedCredential.

#ifndef KEYSEAT_LINKED_SERVICE_CREDENTIAL_KIND_H
#define KEYSEAT_LINKED_SERVICE_CREDENTIAL_KIND_H

#include <string_view>

namespace keyseat {

enum class CredentialKind {
   keyseat,      // the shape of one of Keyseat's: nothing is said of its content
   vendor_node,  // a reference into the vendor's store on a node
   vendor_cloud, // a reference into the vendor's store in the cloud
   damaged,      // anything else
};

// Classifies the text of an encryptedCredential by shape alone:
//    keyseat        base64 of a JSON object with the members of a general JWE (RFC 7516 section 7.2.1)
//    vendor_node    base64 of a JSON object with CredentialId and ClassType or Version
//    vendor_cloud   base64 of a JSON object with CredentialId and ProtectionMode
CredentialKind classify_credential(std::string_view text);

} // namespace keyseat

#endif
