// SPDX-License-Identifier: Apache-2.0
//
// LineWorker: the thread of a Line, and what the two share.

#ifndef TPM2_LINE_WORKER_H
#define TPM2_LINE_WORKER_H

#include "deadline.h"
#include "held_handles.h"

#include <keyseat/sdk/bytes.h>

#include <tss2/tss2_tcti.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace tpm2 {

using keyseat::sdk::Bytes;

// How long the end of a line, or of an instance, waits for flushing and disconnecting.
constexpr std::chrono::seconds kLineGrace{2};

// Between two looks at cancellation and deadline.
constexpr std::chrono::milliseconds kLineLook{20};

// Does one thing after the other in a thread of its own: connect, then send a command and receive its
// response, as often as it is asked to, then flush what is left in the TPM and disconnect.
class LineWorker {
 public:
   explicit LineWorker(std::string tcti);
   // A thread that has not finished goes on by itself; it keeps alive what it needs.
   ~LineWorker();
   LineWorker(const LineWorker &) = delete;
   LineWorker &operator=(const LineWorker &) = delete;

   // Hands over a command; the worker is not at work.
   void send(Bytes command);

   // Waits until the worker has done what it was given last, connecting included. False: the deadline
   // passed first, and from now on the worker is on its own.
   bool wait(const Deadline &deadline);
   // The same, to a point in time and whatever becomes of a call.
   bool wait_until(Deadline::Clock::time_point end);

   TSS2_RC result() const; // of what it has done last
   Bytes take_response();  // of the last command

   // Flush and disconnect, as soon as what the worker is at has ended. False: it is at work.
   bool finish();

   // Whether it has finished, at the latest at `end`.
   bool finishes_until(Deadline::Clock::time_point end);

 private:
   struct Shared;
   static void run(const std::shared_ptr<Shared> &shared);

   std::shared_ptr<Shared> shared_;
   std::thread thread_;
};

} // namespace tpm2

#endif
