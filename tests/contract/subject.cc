// SPDX-License-Identifier: Apache-2.0

#include "contract/subject.h"

namespace contract {

Subject &subject() {
   static Subject instance;
   return instance;
}

} // namespace contract
