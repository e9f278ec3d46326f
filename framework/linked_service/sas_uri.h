// SPDX-License-Identifier: Apache-2.0
//
// SAS URIs: "https://account.blob.core.windows.net/container?sv=...&sig=...", whose query is a secret.

#ifndef KEYSEAT_LINKED_SERVICE_SAS_URI_H
#define KEYSEAT_LINKED_SERVICE_SAS_URI_H

#include "linked_service/connection_string.h"

namespace keyseat {

// The query with its '?', up to a '#' or the end. No secret in a URI without query, or where the query
// or the value of `sig` is an expression. None (nullopt) for a signature without URI.
std::optional<SplitText> split_sas_uri(std::string_view text);

// True when a URI carries a shared access signature: a query with a literal `sig`.
bool has_signature(std::string_view text);

} // namespace keyseat

#endif
