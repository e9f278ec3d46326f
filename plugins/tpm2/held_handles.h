// SPDX-License-Identifier: Apache-2.0
//
// HeldHandles: which transient objects and sessions the commands of one connection have left in the
// TPM, told from the commands and responses themselves (TPM 2.0 Library Part 1 section 18, Part 3).

#ifndef TPM2_HELD_HANDLES_H
#define TPM2_HELD_HANDLES_H

#include <keyseat/sdk/bytes.h>

#include <tss2/tss2_tpm2_types.h>

#include <set>
#include <vector>

namespace tpm2 {

using keyseat::sdk::Bytes;
using keyseat::sdk::BytesView;

class HeldHandles {
 public:
   // Notes what `command` did, as `response` says. Both may be anything.
   void note(BytesView command, BytesView response);

   bool empty() const { return handles_.empty(); }

   // A command for each, which flushes it.
   std::vector<Bytes> flush_commands() const;

 private:
   std::set<TPM2_HANDLE> handles_;
};

} // namespace tpm2

#endif
