// SPDX-License-Identifier: Apache-2.0
//
// PluginCall: what accompanies one call into a plugin (keyseat_call), and what is left behind by it.

#ifndef KEYSEAT_HOST_PLUGIN_CALL_H
#define KEYSEAT_HOST_PLUGIN_CALL_H

#include <keyseat/error.h>
#include <keyseat/plugin/call.h>
#include <keyseat/secret.h>

#include <chrono>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/platform.h"
#include "host/plugin_error.h"
#include "host/protector.h"
#include "host/sink.h"

namespace keyseat {

// One call. It owns what the plugin can reach during the call: subject, context, answers to prompts.
// Immovable. The functions that a plugin's callbacks end in are thread-safe (R-THR-4).
class PluginCall {
 public:
   // Whether the plugin may ask somebody during the call (R-PRM-3).
   enum class Prompts { allowed, forbidden };

   // `who` begins each message: "protector 'dev'". Both are borrowed.
   PluginCall(const std::string &who, const CallContext &context,
              Prompts prompts = Prompts::allowed);
   PluginCall(const PluginCall &) = delete;
   PluginCall &operator=(const PluginCall &) = delete;
   ~PluginCall() = default;

   const keyseat_call *c() const { return &c_; }
   static PluginCall &of(const keyseat_call *call) {
      return *static_cast<PluginCall *>(call->host_data);
   }

   // Runs `function`, which calls the plugin and returns its status. SIGPIPE is held off meanwhile.
   // An exception that leaves the plugin (R-UNW-1) is a defect, and not the end of the host.
   template <class Function>
   keyseat_status run(Function function) noexcept {
      const platform::SigpipeGuard guard;
      try {
         return function();
      } catch (...) {
         exception_escaped_ = true;
         return KEYSEAT_E_INTERNAL;
      }
   }

   // Throws what `status` and the state of the sinks amount to, if that is a failure.
   void check(keyseat_status status, std::initializer_list<const SinkState *> sinks) const;

   const std::string &who() const { return *who_; }
   const std::string &subject() const { return context_->subject; }
   bool may_prompt() const { return prompts_ == Prompts::allowed; }

   // -- for the prompt service -----------------------------------------------------------------------

   // Stops the call's clock while it lives.
   class Pause {
    public:
      explicit Pause(PluginCall &call) : call_(call) { call_.pause(); }
      Pause(const Pause &) = delete;
      Pause &operator=(const Pause &) = delete;
      ~Pause() { call_.resume(); }

    private:
      PluginCall &call_;
   };

   // Keeps an answer until the call is over (R-PRM-2).
   keyseat_bytes keep_answer(SecretBytes answer);

   // An unanswered prompt, which is what the caller gets to see if the call fails.
   void prompt_failed(Error error);

   // The sources whose content has answered a prompt of this call.
   void add_used_source(const std::string &source);
   std::set<std::string> used_sources() const;

 private:
   using Clock = std::chrono::steady_clock;

   static std::uint32_t KEYSEAT_CALL is_cancelled(const keyseat_call *call) noexcept;
   static void KEYSEAT_CALL fail(const keyseat_call *call, const keyseat_error *error) noexcept;

   bool is_over_deadline() const;
   void pause();
   void resume();
   void check_sinks(keyseat_status status, std::initializer_list<const SinkState *> sinks) const;

   const std::string *who_;
   const CallContext *context_;
   Prompts prompts_;
   keyseat_text subject_;
   keyseat_text context_text_;
   keyseat_call c_;
   bool exception_escaped_ = false;

   mutable std::mutex mutex_; // for what follows
   std::optional<Explanation> explanation_;
   std::optional<Error> prompt_error_;
   std::vector<SecretBytes> answers_;
   std::set<std::string> used_sources_;
   Clock::time_point deadline_;
   Clock::time_point paused_at_;
   unsigned pauses_ = 0; // prompts under way
};

} // namespace keyseat

#endif
