// SPDX-License-Identifier: Apache-2.0
//
// FileContent: what a JSON file holds in the eyes of someone who looks for linked services.

#ifndef KEYSEAT_LINKED_SERVICE_FILE_CONTENT_H
#define KEYSEAT_LINKED_SERVICE_FILE_CONTENT_H

#include "json/document.h"

namespace keyseat {

struct FileContent {
   enum class Kind {
      definition, // { properties: { typeProperties } }: find_definitions() reads it

      // Linked services in an envelope that find_definitions() does not read.
      arm_template, // { resources: [ ... ] }
      list,         // the REST list { value: [ ... ] }
      array,        // [ { properties }, ... ]
      request,      // the REST request { parameters: { linkedService } }
      v1,           // { properties: { type, gatewayName } } without typeProperties
      elsewhere,    // `typeProperties` anywhere else

      // Other resources of a factory, which hold no linked service.
      dataset,
      pipeline,
      trigger,
      data_flow,
      integration_runtime,

      other, // anything else
   };
   Kind kind = Kind::other;
   JsonValue value;        // what made it of this kind: the first linked service of an envelope
   JsonValue clear_secret; // for other resources and `other`: a SecureString with a value, if any

   // True when there is nothing for Keyseat to do: another resource, or anything else, without a
   // SecureString.
   bool is_unrelated() const;
};

// Looks at the root of a document. Names match without case. Linear in the document.
FileContent content_of(JsonValue root);

// The refusal of a file that is no definition: what it is, where, and what to do. Error
// (definition_invalid). Requires a kind other than `definition`, and other than `other` without
// clear_secret.
Error not_a_definition(const Document &document, const FileContent &content);

} // namespace keyseat

#endif
