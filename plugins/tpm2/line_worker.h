// SPDX-License-Identifier: Apache-2.0
//
// LineWorker: the thread of a Line, and what the two share.

#ifndef TPM2_LINE_WORKER_H
#define TPM2_LINE_WORKER_H

#include "deadline.h"
#include "held_handles.h"

#include <keyseat/sdk/bytes.h>

#include <tss2/tss2_tcti.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tpm2 {

using keyseat::sdk::Bytes;

// Does one thing after the other in a thread of its own: connect, then send a command and receive its
// response, as often as it is asked to, then flush what is left in the TPM and disconnect.
class LineWorker {
 public:
   explicit LineWorker(std::string tcti);
   ~LineWorker(); // leaves the thread behind where it is still at work
   LineWorker(const LineWorker &) = delete;
   LineWorker &operator=(const LineWorker &) = delete;

   // Hands over a command; the worker is not at work.
   void send(Bytes command);

   // Waits until the worker has done what it was given last, connecting included. False: the deadline
   // passed first, and from now on the worker is on its own.
   bool wait(const Deadline &deadline);

   TSS2_RC result() const; // of what it has done last
   Bytes take_response();  // of the last command

   // Waits for the threads that were left behind in this process, if that does not take long: they
   // flush what they hold, and end. For the end of an instance (R-THR-6), which the end of the process
   // may follow; without a resource manager nobody else would flush it then.
   static void join_left_behind();

 private:
   struct Shared;
   class LeftBehind;
   static void run(const std::shared_ptr<Shared> &shared);

   std::shared_ptr<Shared> shared_;
   std::thread thread_;
};

} // namespace tpm2

#endif
