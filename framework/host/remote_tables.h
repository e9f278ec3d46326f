// SPDX-License-Identifier: Apache-2.0
//
// The tables of the contract over a RemoteInstance.

#ifndef KEYSEAT_HOST_REMOTE_TABLES_H
#define KEYSEAT_HOST_REMOTE_TABLES_H

#include <keyseat/plugin/instance.h>

namespace keyseat {

// A keyseat_instance whose functions call RemoteInstance::of(self), and whose close() deletes it.
keyseat_instance remote_instance_table(void *plugin_data);

} // namespace keyseat

#endif
