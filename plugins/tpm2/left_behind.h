// SPDX-License-Identifier: Apache-2.0
//
// LeftBehind: the workers of lines that an instance has closed while they still waited for the TPM.

#ifndef TPM2_LEFT_BEHIND_H
#define TPM2_LEFT_BEHIND_H

#include "line_worker.h"

#include <list>
#include <mutex>

namespace tpm2 {

// Belongs to an instance. Thread-safe.
class LeftBehind {
 public:
   LeftBehind() = default;
   LeftBehind(const LeftBehind &) = delete;
   LeftBehind &operator=(const LeftBehind &) = delete;

   // Waits for them, if that does not take long: they flush what they hold, and end (R-THR-6). The end
   // of the process may follow; without a resource manager nobody else would flush it then.
   ~LeftBehind();

   // Takes over the only member of `worker`, which was told to finish. Allocates nothing.
   void take(std::list<LineWorker> &worker);

 private:
   std::mutex mutex_;
   std::list<LineWorker> workers_;
};

} // namespace tpm2

#endif
