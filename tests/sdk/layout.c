// SPDX-License-Identifier: Apache-2.0
//
// Instantiates every struct of the contract that grows at its tail, so that -Wpadded looks at it.
#include <keyseat/plugin.h>

keyseat_call call;
keyseat_descriptor descriptor;
keyseat_error error;
keyseat_host host;
keyseat_key_info key_info;
keyseat_key_request key_request;
keyseat_option option;
keyseat_prompt prompt;
keyseat_status_info status_info;
