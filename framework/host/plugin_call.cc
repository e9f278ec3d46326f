// SPDX-License-Identifier: Apache-2.0
#include "host/plugin_call.h"

#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstring>
#include <utility>

namespace keyseat {
namespace {

// Different in every call: counted from a random start, and with the time, in which a child of fork()
// differs from its parent.
void make_request_id(std::uint8_t (&id)[16], std::chrono::steady_clock::time_point now) {
   static std::atomic<std::uint64_t> last = [] {
      std::array<std::uint8_t, 8> bytes{};
      sdk::jose::random_bytes(bytes.data(), bytes.size());
      return std::bit_cast<std::uint64_t>(bytes);
   }();
   const std::array<std::uint64_t, 2> parts = {
         ++last, static_cast<std::uint64_t>(now.time_since_epoch().count())};
   std::memcpy(id, parts.data(), sizeof id);
}

keyseat_text text_of(const std::string &text) { return {text.c_str(), text.size()}; }

} // namespace

PluginCall::PluginCall(const std::string &who, const CallContext &context, Prompts prompts)
      : who_(&who),
        context_(&context),
        prompts_(prompts),
        subject_(text_of(context.subject)),
        context_text_(text_of(context.context)),
        c_{},
        deadline_(Clock::now() + std::chrono::milliseconds(context.timeout_ms)) {
   c_.struct_size = sizeof c_;
   c_.flags = context.no_interaction ? KEYSEAT_CALL_NO_INTERACTION : 0;
   if (context.request_id == decltype(context.request_id){}) {
      make_request_id(c_.request_id, Clock::now());
   } else {
      std::copy(context.request_id.begin(), context.request_id.end(), c_.request_id);
   }
   std::copy(context.credential_id.begin(), context.credential_id.end(), c_.credential_id);
   c_.timeout_ms = context.timeout_ms;
   c_.host_data = this;
   c_.subject = &subject_;
   c_.context = &context_text_;
   c_.is_cancelled = &PluginCall::is_cancelled;
   c_.fail = &PluginCall::fail;
}

std::uint32_t PluginCall::is_cancelled(const keyseat_call *call) noexcept {
   const PluginCall &self = of(call);
   try {
      if (self.context_->is_cancelled && self.context_->is_cancelled()) return 1;
      return self.is_over_deadline() ? 1 : 0;
   } catch (...) {
      return 1; // a caller that cannot say wants nothing more
   }
}

void PluginCall::fail(const keyseat_call *call, const keyseat_error *error) noexcept {
   PluginCall &self = of(call);
   try {
      std::optional<Explanation> explanation = copy_explanation(*error);
      const std::lock_guard lock(self.mutex_);
      self.explanation_ = std::move(explanation);
   } catch (...) {
      // Out of memory: the status has to do without its explanation.
   }
}

bool PluginCall::is_over_deadline() const {
   if (context_->timeout_ms == 0) return false;
   const std::lock_guard lock(mutex_);
   return (pauses_ > 0 ? paused_at_ : Clock::now()) >= deadline_;
}

void PluginCall::pause() {
   const std::lock_guard lock(mutex_);
   if (pauses_++ == 0) paused_at_ = Clock::now();
}

void PluginCall::resume() {
   const std::lock_guard lock(mutex_);
   if (--pauses_ == 0) deadline_ += Clock::now() - paused_at_;
}

keyseat_bytes PluginCall::keep_answer(SecretBytes answer) {
   const std::lock_guard lock(mutex_);
   answers_.push_back(std::move(answer));
   prompt_error_.reset();             // the plugin went on after an earlier one
   return answers_.back().view().c(); // bytes that stay where they are when the vector grows
}

void PluginCall::prompt_failed(Error error) {
   const std::lock_guard lock(mutex_);
   prompt_error_ = std::move(error);
}

void PluginCall::add_used_source(const std::string &source) {
   const std::lock_guard lock(mutex_);
   used_sources_.insert(source);
}

std::set<std::string> PluginCall::used_sources() const {
   const std::lock_guard lock(mutex_);
   return used_sources_;
}

void PluginCall::check_sinks(keyseat_status status,
                             std::initializer_list<const SinkState *> sinks) const {
   if (status != KEYSEAT_OK && status != KEYSEAT_E_LIMIT) return;
   for (const SinkState *sink : sinks) {
      if (sink->was_out_of_memory()) throw plugin_error(who(), KEYSEAT_E_NO_MEMORY, std::nullopt);
      if (!sink->was_over_limit()) continue;
      throw plugin_defect(
            who(), fmt::format("its {} has more than {} bytes", sink->what(), sink->limit()));
   }
}

void PluginCall::check(keyseat_status status,
                       std::initializer_list<const SinkState *> sinks) const {
   if (exception_escaped_) throw plugin_defect(who(), "an exception left it (R-UNW-1)");
   check_sinks(status, sinks);
   if (status == KEYSEAT_OK) return;
   const bool too_late = status == KEYSEAT_E_CANCELLED && is_over_deadline();
   const std::lock_guard lock(mutex_);
   if (prompt_error_) throw Error(*prompt_error_);
   if (too_late) {
      throw Error(ErrorCode::protector_unavailable,
                  fmt::format("{}: gave up after {} ms", who(), context_->timeout_ms));
   }
   throw plugin_error(who(), status, explanation_);
}

} // namespace keyseat
