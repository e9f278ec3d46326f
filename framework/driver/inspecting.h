// SPDX-License-Identifier: Apache-2.0
//
// Inspecting: what a credential shows without a key.

#ifndef KEYSEAT_DRIVER_INSPECTING_H
#define KEYSEAT_DRIVER_INSPECTING_H

#include "driver/loaded_definition.h"
#include "driver/protector_set.h"

namespace keyseat {

// Never throws for a credential that is damaged or another's: that is what it reports. Throws
// Error(internal) only.
Inspection inspect(const LoadedDefinition &loaded, const Config &config, ProtectorSet &protectors);

} // namespace keyseat

#endif
