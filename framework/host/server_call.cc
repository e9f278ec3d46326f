// SPDX-License-Identifier: Apache-2.0
#include "host/server_call.h"

#include <algorithm>
#include <utility>

#include "host/foreign_text.h"

namespace keyseat {
namespace {

keyseat_text c_text(const std::string &text) { return {text.c_str(), text.size()}; }

// One byte more than a host looks at shows it that there is more.
OptionalText sent_text(const char *text) {
   if (text == nullptr) return std::nullopt;
   return bounded(text, KEYSEAT_MAX_TEXT);
}

OptionalText sent_text(const keyseat_text *text) {
   if (text == nullptr) return std::nullopt;
   const std::string_view view(text->data, std::min<std::size_t>(text->size, KEYSEAT_MAX_TEXT));
   return view.substr(0, view.find('\0'));
}

} // namespace

ServerCall::ServerCall(platform::Channel &channel, std::uint32_t number, const CallFields &fields)
      : channel_(channel),
        number_(number),
        subject_(fields.subject),
        context_(fields.context),
        subject_text_(c_text(subject_)),
        context_text_(c_text(context_)),
        c_{} {
   c_.struct_size = sizeof c_;
   c_.flags = fields.flags;
   std::copy(fields.request_id.begin(), fields.request_id.end(), c_.request_id);
   std::copy(fields.credential_id.begin(), fields.credential_id.end(), c_.credential_id);
   c_.timeout_ms = fields.timeout_ms;
   c_.host_data = this;
   c_.subject = &subject_text_;
   c_.context = &context_text_;
   c_.is_cancelled = &ServerCall::is_cancelled;
   c_.fail = &ServerCall::fail;
}

// While another thread waits for an answer, that thread sees the cancellation.
std::uint32_t ServerCall::is_cancelled(const keyseat_call *call) noexcept {
   ServerCall &self = of(call);
   const std::unique_lock lock(self.receiving_, std::try_to_lock);
   if (!lock.owns_lock()) return 0;
   try {
      if (!self.cancelled_) self.cancelled_ = self.has_cancel_arrived();
   } catch (...) {
      return 1;
   }
   return self.cancelled_ ? 1 : 0;
}

// Nothing but a cancellation comes unasked.
bool ServerCall::has_cancel_arrived() {
   if (!channel_.wait(platform::Channel::Time(0))) return false;
   channel_.receive(key_memory(), kMaxFrame);
   return true;
}

void ServerCall::fail(const keyseat_call *call, const keyseat_error *error) noexcept {
   try {
      FailureMessage message;
      message.struct_size = error->struct_size;
      if (KEYSEAT_HAS(keyseat_error, error, option)) {
         message.struct_size = sizeof *error;
         message.status = static_cast<std::uint32_t>(error->status);
         message.retry_after_ms = error->retry_after_ms;
         message.tries_left = static_cast<std::uint32_t>(error->tries_left);
         message.native_code = static_cast<std::uint64_t>(error->native_code);
         message.native_domain = sent_text(error->native_domain);
         message.message = sent_text(error->message);
         message.hint = sent_text(error->hint);
         message.option = sent_text(error->option);
      }
      of(call).send(message);
   } catch (...) {
      // Out of memory: the status has to do without its explanation.
   }
}

void ServerCall::fail(keyseat_status status, const char *message) noexcept {
   keyseat_error error{};
   error.struct_size = sizeof error;
   error.status = status;
   error.tries_left = -1;
   error.message = message;
   fail(&c_, &error);
}

// The answer to a question, `receiving_` held. None when the call is cancelled or the host is gone.
std::optional<Frame> ServerCall::wait_for(MessageType type) {
   for (;;) {
      auto bytes = channel_.receive(key_memory(), kMaxFrame);
      auto frame = bytes ? Frame::decode(std::move(*bytes)) : std::nullopt;
      if (frame && frame->call() == number_ && type_of(*frame) == type) return frame;
      const bool goes_on = frame && type_of(*frame) == MessageType::cancel;
      cancelled_ = true;
      if (!goes_on) return std::nullopt;
   }
}

keyseat_status ServerCall::ask(const keyseat_prompt &prompt, keyseat_bytes &answer) noexcept {
   try {
      PromptMessage message;
      message.struct_size = prompt.struct_size;
      if (KEYSEAT_HAS(keyseat_prompt, &prompt, max_length)) {
         message.struct_size = sizeof prompt;
         message.kind = prompt.kind;
         message.secret = sent_text(prompt.secret);
         message.title = sent_text(prompt.title);
         message.error = sent_text(prompt.error);
         message.attempt = prompt.attempt;
         message.tries_left = static_cast<std::uint32_t>(prompt.tries_left);
         message.min_length = prompt.min_length;
         message.max_length = prompt.max_length;
      }
      const std::lock_guard lock(receiving_);
      if (!send(message)) return KEYSEAT_E_AUTH_REQUIRED;
      const auto frame = wait_for(MessageType::answer);
      if (!frame) return KEYSEAT_E_AUTH_REQUIRED;
      const auto said = from_frame<AnswerMessage>(*frame);
      const auto status = static_cast<keyseat_status>(said.status);
      if (status != KEYSEAT_OK) return status;
      answers_.emplace_back(key_memory(), said.answer);
      answer = answers_.back().view().c();
      return KEYSEAT_OK;
   } catch (...) {
      return KEYSEAT_E_AUTH_REQUIRED; // out of memory
   }
}

std::uint32_t KEYSEAT_CALL ServerCall::visit(void *self, const keyseat_key_info *info) noexcept {
   try {
      return static_cast<ServerCall *>(self)->show(*info);
   } catch (...) {
      return 1; // out of memory
   }
}

std::uint32_t ServerCall::show(const keyseat_key_info &info) {
   KeyMessage message;
   message.struct_size = info.struct_size;
   // NOLINTNEXTLINE(bugprone-sizeof-expression): the member is a pointer, and its size is meant
   if (KEYSEAT_HAS(keyseat_key_info, &info, alg)) {
      message.struct_size = sizeof info;
      message.state = info.state;
      message.capabilities = info.capabilities;
      message.created_at = static_cast<std::uint64_t>(info.created_at);
      message.kid = sent_text(info.kid);
      message.label = sent_text(info.label);
      message.key_type = sent_text(info.key_type);
      message.alg = sent_text(info.alg);
   }
   const std::lock_guard lock(receiving_);
   if (!send(message)) return 1;
   const auto frame = wait_for(MessageType::next);
   return frame ? from_frame<NextMessage>(*frame).stop : 1;
}

} // namespace keyseat
