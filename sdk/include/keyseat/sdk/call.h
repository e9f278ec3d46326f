// SPDX-License-Identifier: Apache-2.0
//
// Host and Call: the host's services and one call's company, in C++.

#ifndef KEYSEAT_SDK_CALL_H
#define KEYSEAT_SDK_CALL_H

#include <keyseat/plugin/call.h>
#include <keyseat/plugin/host.h>
#include <keyseat/plugin/service_log.h>
#include <keyseat/plugin/service_prompt.h>
#include <keyseat/sdk/failure.h>
#include <keyseat/sdk/secret.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace keyseat::sdk {

// The host that opened this instance. A small value; valid until close(). Thread-safe.
class Host {
 public:
   explicit Host(const keyseat_host *host) : host_(host) {}

   // The host's secret memory. Throws Failure(E_INTERNAL) if a host does not offer it.
   SecretMemory secret_memory() const {
      return {host_, service<keyseat_service_secret_memory>(KEYSEAT_SERVICE_SECRET_MEMORY)};
   }

   // Finds a service table. Throws Failure(E_INTERNAL) when it is not offered.
   template <class Table>
   const Table *service(const char *id) const {
      const void *table = host_->get_service(host_, id);
      if (table == nullptr) {
         throw Failure(KEYSEAT_E_INTERNAL, std::string("the host does not offer ") + id);
      }
      return static_cast<const Table *>(table);
   }

   const keyseat_host *c() const { return host_; }

 private:
   const keyseat_host *host_;
};

// A prompt that was refused or declined. The host has explained it already (service_prompt.h), so the
// layer returns the status as it is.
class PromptFailure : public Failure {
 public:
   explicit PromptFailure(keyseat_status status) : Failure(status, "the prompt was not answered") {}
};

// One question to the host. `secret` is the name of the option that is marked KEYSEAT_MARK_SECRET.
struct Question {
   std::uint32_t kind = KEYSEAT_PROMPT_EXISTING;
   std::string secret;
   std::string title;
   std::string error; // why the previous answer did not do; may be empty
   std::uint32_t attempt = 1;
   std::int32_t tries_left = -1;
   std::uint32_t min_length = 0; // bytes
   std::uint32_t max_length = 0; // bytes; 0: KEYSEAT_MAX_TEXT
};

// One call from the host. Borrowed: not to be kept beyond it.
class Call {
 public:
   Call(Host host, const keyseat_call *call) : host_(host), call_(call) {}

   Host host() const { return host_; }
   SecretMemory secret_memory() const { return host_.secret_memory(); }

   bool is_cancelled() const { return call_->is_cancelled(call_) != 0; }

   // Throws Failure(E_CANCELLED) when the result is not wanted any more.
   void check_cancelled() const {
      if (is_cancelled()) throw Failure(KEYSEAT_E_CANCELLED, "the operation was cancelled");
   }

   bool no_interaction() const { return (call_->flags & KEYSEAT_CALL_NO_INTERACTION) != 0; }

   // keyseat_call.request_id and .credential_id, 16 bytes each.
   BytesView request_id() const { return {call_->request_id, sizeof call_->request_id}; }
   BytesView credential_id() const { return {call_->credential_id, sizeof call_->credential_id}; }

   std::uint32_t timeout_ms() const { return call_->timeout_ms; } // 0: never

   std::string_view subject() const { return {call_->subject->data, call_->subject->size}; }
   std::string_view context() const { return {call_->context->data, call_->context->size}; }

   // Asks for a secret or a yes. Returns a copy in secret memory. Throws PromptFailure.
   SecretBytes ask(const Question &question) const {
      keyseat_prompt prompt{};
      prompt.struct_size = sizeof prompt;
      prompt.kind = question.kind;
      prompt.secret = question.secret.c_str();
      prompt.title = question.title.c_str();
      prompt.error = question.error.empty() ? nullptr : question.error.c_str();
      prompt.attempt = question.attempt;
      prompt.tries_left = question.tries_left;
      prompt.min_length = question.min_length;
      prompt.max_length = question.max_length;
      keyseat_bytes answer{};
      const auto *service = host_.service<keyseat_service_prompt>(KEYSEAT_SERVICE_PROMPT);
      const keyseat_status status = service->ask(host_.c(), call_, &prompt, &answer);
      if (status != KEYSEAT_OK) throw PromptFailure(status);
      return {secret_memory(), BytesView(answer)};
   }

   // Writes a log line without secrets at one of KEYSEAT_LOG_*.
   void log(std::uint32_t level, std::string_view message) const {
      const keyseat_text text{message.data(), message.size()};
      host_.service<keyseat_service_log>(KEYSEAT_SERVICE_LOG)
            ->write(host_.c(), call_, level, &text);
   }

   const keyseat_call *c() const { return call_; }

 private:
   Host host_;
   const keyseat_call *call_;
};

} // namespace keyseat::sdk

#endif
