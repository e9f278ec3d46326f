// SPDX-License-Identifier: Apache-2.0
//
// The catalogue: what is known of each linked-service type. The data stands in catalogue.json, of which
// the build makes a table of constants (catalogue_table.cmake).

#ifndef KEYSEAT_LINKED_SERVICE_CATALOGUE_H
#define KEYSEAT_LINKED_SERVICE_CATALOGUE_H

#include <span>
#include <string_view>

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
   // JSON pointer into typeProperties, without escapes; "-" is any element, "*" any name.
   std::string_view path;
   PathKind kind = PathKind::secret;
   Dialect dialect = Dialect::adonet_sql; // for connection_string
   std::string_view why;                  // for people
};

struct CatalogueType {
   std::string_view name; // "SqlServer"
   std::span<const CataloguePath> paths;
   bool untyped = false; // properties unknown: the rules for unknown types apply to it, too
};

// All types, sorted by lower-case name. Thread-safe, as everything here.
std::span<const CatalogueType> catalogue();

// The entry of a type, matched without case; null for types that are not in the catalogue.
const CatalogueType *find_in_catalogue(std::string_view type);

} // namespace keyseat

#endif
