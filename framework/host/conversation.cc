// SPDX-License-Identifier: Apache-2.0
#include "host/conversation.h"

#include <keyseat/plugin/service_log.h>
#include <keyseat/plugin/service_prompt.h>

#include <algorithm>
#include <string>
#include <utility>

namespace keyseat {
namespace {

constexpr std::chrono::milliseconds kTick{20}; // between two looks at cancellation and clock

// A C string of a text that may be absent.
class CText {
 public:
   explicit CText(const OptionalText &text) : is_there_(text), text_(text.value_or("")) {}
   const char *c() const { return is_there_ ? text_.c_str() : nullptr; }

 private:
   bool is_there_;
   std::string text_;
};

// The same as keyseat_text.
class CView {
 public:
   explicit CView(const OptionalText &text)
         : is_there_(text), text_(text.value_or("")), view_{text_.c_str(), text_.size()} {}
   CView(const CView &) = delete;
   CView &operator=(const CView &) = delete;
   ~CView() = default;
   const keyseat_text *c() const { return is_there_ ? &view_ : nullptr; }

 private:
   bool is_there_;
   std::string text_;
   keyseat_text view_;
};

template <class Service>
const Service &service_of(const keyseat_host &host, const char *id) {
   return *static_cast<const Service *>(host.get_service(&host, id)); // always offered
}

} // namespace

Conversation::Conversation(const Worker &worker, platform::Channel &channel,
                           const keyseat_host *host, const keyseat_call &call)
      : worker_(worker), channel_(channel), host_(host), call_(call), start_(Clock::now()) {}

std::int64_t Conversation::elapsed() const {
   return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_).count();
}

bool Conversation::is_over(std::chrono::milliseconds grace) const {
   return call_.timeout_ms != 0 && elapsed() >= call_.timeout_ms + grace.count();
}

Conversation::End Conversation::run(const SecretBytes &request, std::uint32_t number) {
   number_ = number;
   if (!channel_.send_at_once(request)) return End::gone;
   for (;;) {
      if (channel_.wait(kTick)) {
         if (const auto end = take_frame()) {
            tell_of_dropped_lines();
            return *end;
         }
      } else if (worker_.has_ended() && !channel_.wait({})) { // not even a last frame
         return End::gone;
      } else {
         pass_on_cancellation();
      }
      if (is_over(kGrace)) return End::late;
   }
}

void Conversation::pass_on_cancellation() {
   if (cancelled_ || (call_.is_cancelled(&call_) == 0 && !is_over({}))) return;
   cancelled_ = true;
   channel_.send_at_once(to_frame(CancelMessage{}, number_));
}

// How the conversation ends by the next frame; none when it goes on.
std::optional<Conversation::End> Conversation::take_frame() {
   auto bytes = channel_.receive(key_memory(), kMaxFrame);
   if (!bytes) return End::gone;
   auto frame = Frame::decode(std::move(*bytes));
   if (!frame || frame->call() != number_) return End::garbled;
   try {
      if (type_of(*frame) == MessageType::done) {
         done_frame_ = std::move(frame);
         done_ = from_frame<DoneMessage>(*done_frame_);
         return End::done;
      }
      if (!handle(*frame)) return End::garbled;
   } catch (const FrameError &) {
      return End::garbled;
   }
   return std::nullopt;
}

bool Conversation::handle(const Frame &frame) {
   const bool needs_host =
         type_of(frame) == MessageType::log || type_of(frame) == MessageType::prompt;
   if (needs_host && host_ == nullptr) return false;
   switch (type_of(frame)) {
      case MessageType::failure:
         fail(frame);
         return true;
      case MessageType::log:
         log(frame);
         return true;
      case MessageType::prompt:
         return ask(frame);
      case MessageType::key:
         return show(frame);
      default:
         return false;
   }
}

void Conversation::fail(const Frame &frame) const {
   const auto message = from_frame<FailureMessage>(frame);
   const CText domain(message.native_domain);
   const CText said(message.message);
   const CText hint(message.hint);
   const CText option(message.option);
   keyseat_error error{};
   error.struct_size = std::min<std::uint32_t>(message.struct_size, sizeof error);
   error.status = static_cast<keyseat_status>(message.status);
   error.retry_after_ms = message.retry_after_ms;
   error.tries_left = static_cast<std::int32_t>(message.tries_left);
   error.native_code = static_cast<std::int64_t>(message.native_code);
   error.native_domain = domain.c();
   error.message = said.c();
   error.hint = hint.c();
   error.option = option.c();
   call_.fail(&call_, &error);
}

void Conversation::write_log(std::uint32_t level, BytesView text) const {
   const keyseat_text view{reinterpret_cast<const char *>(text.data()), text.size()};
   service_of<keyseat_service_log>(*host_, KEYSEAT_SERVICE_LOG).write(host_, &call_, level, &view);
}

void Conversation::log(const Frame &frame) {
   const auto message = from_frame<LogMessage>(frame);
   if (++log_lines_ <= kMostLogLinesOfACall) write_log(message.level, message.message);
}

void Conversation::tell_of_dropped_lines() const {
   if (log_lines_ <= kMostLogLinesOfACall) return;
   const std::string text = std::to_string(log_lines_ - kMostLogLinesOfACall) +
                            " more lines of this call are left out";
   write_log(KEYSEAT_LOG_WARNING, as_bytes(text));
}

bool Conversation::ask(const Frame &frame) {
   const auto message = from_frame<PromptMessage>(frame);
   const CText secret(message.secret);
   const CText title(message.title);
   const CText error(message.error);
   keyseat_prompt prompt{};
   prompt.struct_size = std::min<std::uint32_t>(message.struct_size, sizeof prompt);
   prompt.kind = message.kind;
   prompt.secret = secret.c();
   prompt.title = title.c();
   prompt.error = error.c();
   prompt.attempt = message.attempt;
   prompt.tries_left = static_cast<std::int32_t>(message.tries_left);
   prompt.min_length = message.min_length;
   prompt.max_length = message.max_length;

   const Clock::time_point asked = Clock::now();
   keyseat_bytes bytes{};
   const keyseat_status status = service_of<keyseat_service_prompt>(*host_, KEYSEAT_SERVICE_PROMPT)
                                       .ask(host_, &call_, &prompt, &bytes);
   start_ += Clock::now() - asked;
   AnswerMessage answer;
   answer.status = static_cast<std::uint32_t>(status);
   if (status == KEYSEAT_OK) answer.answer = BytesView(bytes);
   answered_ = answered_ || !answer.answer.empty();
   channel_.send_at_once(to_frame(answer, number_)); // if that fails, it is gone: seen next
   return true;
}

bool Conversation::show(const Frame &frame) {
   if (visitor_ == nullptr) return false;
   const auto message = from_frame<KeyMessage>(frame);
   const CView kid(message.kid);
   const CView label(message.label);
   const CView key_type(message.key_type);
   const CView alg(message.alg);
   keyseat_key_info info{};
   info.struct_size = std::min<std::uint32_t>(message.struct_size, sizeof info);
   info.state = message.state;
   info.capabilities = message.capabilities;
   info.created_at = static_cast<std::int64_t>(message.created_at);
   info.kid = kid.c();
   info.label = label.c();
   info.key_type = key_type.c();
   info.alg = alg.c();
   const NextMessage next{visitor_(visitor_data_, &info)};
   channel_.send_at_once(to_frame(next, number_));
   return true;
}

} // namespace keyseat
