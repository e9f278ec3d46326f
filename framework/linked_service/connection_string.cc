// SPDX-License-Identifier: Apache-2.0

#include "linked_service/connection_string.h"

#include "linked_service/adonet_sql.h"

namespace keyseat {

std::optional<SplitText> split_connection_string(std::string_view text, Dialect dialect) {
   switch (dialect) {
      case Dialect::adonet_sql:
         return split_adonet_sql(text);
      case Dialect::keyword_password:
      case Dialect::keyword_pwd:
      case Dialect::keyword_credential:
      case Dialect::azure_storage:
      case Dialect::cosmos_db:
      case Dialect::mongodb_uri:
      case Dialect::odbc_driver:
      case Dialect::jdbc_query:
         return std::nullopt; // their rules are not known here
   }
   return std::nullopt;
}

} // namespace keyseat
