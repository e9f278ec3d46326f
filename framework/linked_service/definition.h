// SPDX-License-Identifier: Apache-2.0
//
// Definition: where the parts of a linked-service definition lie in a document.

#ifndef KEYSEAT_LINKED_SERVICE_DEFINITION_H
#define KEYSEAT_LINKED_SERVICE_DEFINITION_H

#include "json/document.h"

#include <string>
#include <vector>

namespace keyseat {

// One linked-service definition. Names of properties and words for types match without case. Values
// point into the Document that it was found in.
struct Definition {
   JsonValue object;          // the definition: the object that holds `properties`
   JsonValue properties;      // its `properties`
   JsonValue type_properties; // properties.typeProperties
   JsonValue parameters;      // properties.parameters; no value where there are none
   JsonValue credential;      // typeProperties.encryptedCredential; no value where there is none

   std::string name;                // empty where there is none
   std::string type;                // as written: "SqlServer"
   std::string integration_runtime; // connectVia.referenceName; empty where there is none
};

// Finds the definitions of a document: the two usual envelopes, { name, properties } and
// { properties: { ..., name } }, with `connectVia` inside or beside `properties`. Throws
// Error(definition_invalid) with place: other envelopes and other resources (file_content.h), no
// object, no `properties`, no `type`, no `typeProperties`,
// wrong kinds, a SecureString in the place of one of these objects, two members whose names differ in case only where the service matches without case.
std::vector<Definition> find_definitions(const Document &document);

// A pointer inside a definition as people write it: "/properties/typeProperties/connectionString" is
// "typeProperties.connectionString".
std::string readable_pointer(std::string_view pointer);

// The first ten of several, with ", " between them, and how many more there are. A file can hold
// thousands.
std::string readable_pointers(const std::vector<std::string> &pointers);

} // namespace keyseat

#endif
