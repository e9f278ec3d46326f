// SPDX-License-Identifier: Apache-2.0
//
// The connection strings of ADO.NET's SqlClient: "Server=x;User ID=y;Password='a;b'".

#ifndef KEYSEAT_LINKED_SERVICE_ADONET_SQL_H
#define KEYSEAT_LINKED_SERVICE_ADONET_SQL_H

#include "linked_service/connection_string.h"

namespace keyseat {

// split_connection_string() for Dialect::adonet_sql. The grammar is that of .NET's
// DbConnectionOptions:
//
//    - pairs "keyword = value", separated by ';'; empty pairs are allowed
//    - white space (Unicode's) around keywords and values does not count; keywords match without case
//    - '=' in a keyword is written "=="
//    - a value in ' or " may hold anything but NUL; its quote is doubled inside; braces mean nothing
//    - any other value ends at ';', and does not end with a quote
//    - of two pairs with one keyword the later one counts; each is a secret here
//
// Secret keywords are SqlClient's Password and PWD, and every other keyword that is_secret_name():
// SqlClient refuses those, but what somebody wrote there is a secret all the same. A value that is
// empty, the vendor's mask, or an expression is none.
//
// Stricter than .NET: a keyword with ';' in it, which no version of SqlClient has, does not parse.
std::optional<SplitText> split_adonet_sql(std::string_view text);

} // namespace keyseat

#endif
