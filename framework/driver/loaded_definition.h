// SPDX-License-Identifier: Apache-2.0
//
// LoadedDefinition: a file's document together with the definition in it.

#ifndef KEYSEAT_DRIVER_LOADED_DEFINITION_H
#define KEYSEAT_DRIVER_LOADED_DEFINITION_H

#include <keyseat/driver.h>

#include "linked_service/definition.h"
#include "linked_service/discovery.h"

#include <string>
#include <string_view>

namespace keyseat {

struct LoadedDefinition {
   Document document;
   Definition definition;

   // The definition's name in quotes, cut where it is long, or the file's name: for messages.
   std::string called() const;

   // "encrypt the credential of 'SqlServerLinkedService'" and the like, for prompts.
   std::string subject(std::string_view verb) const;

   // The public facts as a flat JSON object, for a plugin's policy and audit.
   std::string context() const;

   // The place of a pointer into the definition; of the definition where there is no such value.
   Place place_of(std::string_view pointer) const;

   // The facts that rules look at.
   DefinitionFacts facts(const DefinitionFile &file) const;
};

// Reads a file and finds its one definition. Throws Error(definition_invalid, definition_contradicts).
LoadedDefinition load_definition(const DefinitionFile &file);

// Reads text that came out of an edit of such a file.
LoadedDefinition load_edited(const SecretBytes &text, const std::string &name);

// Secrets and notices as reports name them.
std::vector<SecretFacts> describe(const LoadedDefinition &loaded,
                                  const std::vector<Secret> &secrets);
std::vector<Remark> describe(const LoadedDefinition &loaded, const std::vector<Notice> &notices);

} // namespace keyseat

#endif
