// SPDX-License-Identifier: Apache-2.0
//
// Catalogue: what is known of each linked-service type. The data stands in catalogue.json, which is
// compiled in.

#ifndef KEYSEAT_LINKED_SERVICE_CATALOGUE_H
#define KEYSEAT_LINKED_SERVICE_CATALOGUE_H

#include <string>
#include <string_view>
#include <vector>

namespace keyseat {

// What stands at a path of the catalogue.
enum class PathKind {
   secret,            // a secret, as a plain string or a SecureString
   connection_string, // a connection string in `dialect`
   sas_uri,           // a URI whose query is the secret
   secret_map,        // a map whose values are secrets, its names are not (authHeaders)
   free_form,         // may hold a secret: reported, not encrypted
};

// The dialects of connection strings.
enum class Dialect {
   adonet_sql,
   keyword_password,
   keyword_pwd,
   keyword_credential, // every value of the list is a secret
   azure_storage,
   cosmos_db,
   mongodb_uri,
   odbc_driver,
   jdbc_query,
};

struct CataloguePath {
   std::string path; // JSON pointer into typeProperties; "-" is any element, "*" any name
   PathKind kind = PathKind::secret;
   Dialect dialect = Dialect::adonet_sql; // for connection_string
   std::string why;                       // for people
};

struct CatalogueType {
   std::string name; // "SqlServer"
   std::vector<CataloguePath> paths;
   bool untyped = false; // properties unknown: the rules for unknown types apply to it, too
};

// The table of types. Immutable, thread-safe.
class Catalogue {
 public:
   // The one that is compiled in. Built at the first call.
   static const Catalogue &built_in();

   // Reads a catalogue file. Throws Error(config_invalid).
   static Catalogue parse(std::string_view json, const std::string &name);

   // The entry of a type, matched without case; null for types that are not in it.
   const CatalogueType *find(std::string_view type) const;

   const std::vector<CatalogueType> &types() const { return types_; }

 private:
   std::vector<CatalogueType> types_; // sorted by lower-case name
};

} // namespace keyseat

#endif
