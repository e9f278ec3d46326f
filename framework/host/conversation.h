// SPDX-License-Identifier: Apache-2.0
//
// Conversation: one call of a remote plugin, on the host's side of a channel.

#ifndef KEYSEAT_HOST_CONVERSATION_H
#define KEYSEAT_HOST_CONVERSATION_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/host.h>
#include <keyseat/secret.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/platform_channel.h"
#include "host/messages.h"
#include "host/worker.h"

namespace keyseat {

// How long a call may go on beyond its timeout, after it has been told.
inline constexpr std::chrono::milliseconds kGrace{2000};

// Lines that one call may log; the rest is counted.
inline constexpr unsigned kMostLogLinesOfACall = 256;

// Sends the request and does what the plugin asks for - explain, log, prompt, show a key - on the
// caller's thread, until the call is done. Cancellation and timeout are passed on when they come. The
// time that a prompt takes does not count. To be run once.
class Conversation {
 public:
   enum class End {
      done,
      gone,    // the plugin's side has ended
      late,    // it has not answered until timeout and grace had passed
      garbled, // it has sent what makes no sense
   };

   // All borrowed. Without a host there is nobody to log to or to ask.
   Conversation(const Worker &worker, platform::Channel &channel, const keyseat_host *host,
                const keyseat_call &call);

   // To whom keys are shown; without it, a key is garbled.
   void show_keys_to(keyseat_key_visitor visitor, void *data) {
      visitor_ = visitor;
      visitor_data_ = data;
   }

   // Throws std::bad_alloc, Error(protector_unavailable): no key memory.
   End run(const SecretBytes &request, std::uint32_t number);

   const DoneMessage &done() const { return done_; } // after End::done
   bool has_answered() const { return answered_; }   // a PIN or passphrase was handed over

   // Milliseconds that the call has taken, those of prompts not counted.
   std::int64_t elapsed() const;

 private:
   using Clock = std::chrono::steady_clock;

   bool is_over(std::chrono::milliseconds grace) const;
   void pass_on_cancellation();
   std::optional<End> take_frame();
   bool handle(const Frame &frame);
   void fail(const Frame &frame) const;
   void log(const Frame &frame);
   bool ask(const Frame &frame);
   bool show(const Frame &frame);
   void write_log(std::uint32_t level, BytesView text) const;
   void tell_of_dropped_lines() const;

   const Worker &worker_;
   platform::Channel &channel_; // of it
   const keyseat_host *host_;
   const keyseat_call &call_;
   keyseat_key_visitor visitor_ = nullptr;
   void *visitor_data_ = nullptr;
   std::uint32_t number_ = 0;
   Clock::time_point start_; // moved on by the time of prompts
   bool cancelled_ = false;
   bool answered_ = false;
   unsigned log_lines_ = 0;
   std::optional<Frame> done_frame_;
   DoneMessage done_; // lies in it
};

} // namespace keyseat

#endif
