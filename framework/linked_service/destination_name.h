// SPDX-License-Identifier: Apache-2.0
//
// Names of properties that say where a connection goes.

#ifndef KEYSEAT_LINKED_SERVICE_DESTINATION_NAME_H
#define KEYSEAT_LINKED_SERVICE_DESTINATION_NAME_H

#include <string_view>

namespace keyseat {

// True for server, hostName, baseUrl, serviceEndpoint and their like, without case. Not for a connection
// string, which holds more than a destination.
bool is_destination_name(std::string_view name);

} // namespace keyseat

#endif
