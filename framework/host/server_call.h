// SPDX-License-Identifier: Apache-2.0
//
// ServerCall: one call into a plugin, on the plugin's side of a channel (keyseat_call). What the plugin
// asks of its host during the call becomes a frame.

#ifndef KEYSEAT_HOST_SERVER_CALL_H
#define KEYSEAT_HOST_SERVER_CALL_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/service_prompt.h>
#include <keyseat/secret.h>

#include <mutex>
#include <string>
#include <vector>

#include "base/platform_channel.h"
#include "host/messages.h"

namespace keyseat {

// Owns what the plugin can reach during the call. Immovable. Its functions may be called by any thread
// of the plugin (R-THR-4). When the host is gone, or says what it cannot mean, the call counts as
// cancelled, and prompts as refused.
class ServerCall {
 public:
   ServerCall(platform::Channel &channel, std::uint32_t number, const CallFields &fields);
   ServerCall(const ServerCall &) = delete;
   ServerCall &operator=(const ServerCall &) = delete;
   ~ServerCall() = default;

   const keyseat_call *c() const { return &c_; }
   static ServerCall &of(const keyseat_call *call) {
      return *static_cast<ServerCall *>(call->host_data);
   }

   // Sends a message of this call; false when the host is gone. Throws FrameError, std::bad_alloc.
   template <class Message>
   bool send(const Message &message) {
      const SecretBytes frame = to_frame(message, number_);
      const std::lock_guard lock(sending_);
      return channel_.send(frame);
   }

   // keyseat_service_prompt.ask
   keyseat_status ask(const keyseat_prompt &prompt, keyseat_bytes &answer) noexcept;

   // keyseat_key_visitor, with a ServerCall as data.
   static std::uint32_t KEYSEAT_CALL visit(void *self, const keyseat_key_info *info) noexcept;

   // Explains a failure in the plugin's place.
   void fail(keyseat_status status, const char *message) noexcept;

 private:
   static std::uint32_t KEYSEAT_CALL is_cancelled(const keyseat_call *call) noexcept;
   static void KEYSEAT_CALL fail(const keyseat_call *call, const keyseat_error *error) noexcept;

   bool has_cancel_arrived();
   std::uint32_t show(const keyseat_key_info &info);
   std::optional<Frame> wait_for(MessageType type);

   platform::Channel &channel_;
   const std::uint32_t number_;
   const std::string subject_;
   const std::string context_;
   keyseat_text subject_text_;
   keyseat_text context_text_;
   keyseat_call c_;

   std::mutex sending_;
   std::mutex receiving_; // for what follows
   bool cancelled_ = false;
   std::vector<SecretBytes> answers_;
};

} // namespace keyseat

#endif
