// SPDX-License-Identifier: Apache-2.0
//
// Subject: the plugin under test and its configuration, as the command line names them.

#ifndef KEYSEAT_TESTS_CONTRACT_SUBJECT_H
#define KEYSEAT_TESTS_CONTRACT_SUBJECT_H

#include "contract/configuration.h"
#include "contract/library.h"

#include <memory>
#include <string>

namespace contract {

// Set before the tests run, constant from then on.
struct Subject {
   std::unique_ptr<Library> library;
   Configuration configuration;
   std::string token; // --token; may be empty
};
Subject &subject();

} // namespace contract

#endif
