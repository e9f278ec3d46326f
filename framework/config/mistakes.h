// SPDX-License-Identifier: Apache-2.0
//
// Mistakes: what is wrong with a configuration, collected so that all of it is reported at once.

#ifndef KEYSEAT_CONFIG_MISTAKES_H
#define KEYSEAT_CONFIG_MISTAKES_H

#include <keyseat/error.h>

#include <string>
#include <vector>

namespace keyseat {

class Mistakes {
 public:
   void add(Place place, std::string message, std::string hint = {});
   void add(Error mistake);

   // All of them. Files stand in the order of their first mistakes, the mistakes of each in the order of
   // their places.
   std::vector<Error> take();

   // Throws Error(config_invalid): the first mistake, with the others, in the same order.
   void throw_if_any();

 private:
   std::vector<Error> mistakes_;
};

} // namespace keyseat

#endif
