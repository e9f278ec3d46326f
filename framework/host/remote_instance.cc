// SPDX-License-Identifier: Apache-2.0
#include "host/remote_instance.h"

#include <keyseat/error.h>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "host/remote_tables.h"

namespace keyseat {
namespace {

constexpr std::uint32_t kCloseTimeout = 5000; // ms

// A call that nobody has asked for: the end of an instance.
class OwnCall {
 public:
   OwnCall() : c_{} {
      c_.struct_size = sizeof c_;
      c_.timeout_ms = kCloseTimeout;
      c_.subject = &nothing_;
      c_.context = &nothing_;
      c_.is_cancelled = [](const keyseat_call *) noexcept -> std::uint32_t { return 0; };
      c_.fail = [](const keyseat_call *, const keyseat_error *) noexcept {};
   }
   const keyseat_call &c() const { return c_; }

 private:
   keyseat_text nothing_{"", 0};
   keyseat_call c_;
};

} // namespace

CallFields fields_of(const keyseat_call &call) {
   CallFields fields;
   fields.flags = call.flags;
   std::copy(std::begin(call.request_id), std::end(call.request_id), fields.request_id.begin());
   std::copy(std::begin(call.credential_id), std::end(call.credential_id),
             fields.credential_id.begin());
   fields.timeout_ms = call.timeout_ms;
   fields.subject = {call.subject->data, call.subject->size};
   fields.context = {call.context->data, call.context->size};
   return fields;
}

keyseat_status explain_failure(const keyseat_call &call, keyseat_status status,
                               const std::string &message, const std::string &hint) {
   keyseat_error error{};
   error.struct_size = sizeof error;
   error.status = status;
   error.tries_left = -1;
   error.message = message.c_str();
   error.hint = hint.empty() ? nullptr : hint.c_str();
   call.fail(&call, &error);
   return status;
}

keyseat_status fill_sinks(const keyseat_call &call, const std::vector<const keyseat_sink *> &sinks,
                          const DoneMessage &done) {
   const auto status = static_cast<keyseat_status>(done.status);
   for (std::size_t i = 0; i < sinks.size(); ++i) {
      const Output &output = done.outputs[i];
      // The caller's sink has the same limit or a lower one, and notes that it was too small.
      if (output.refused_size != 0) sinks[i]->resize(sinks[i], output.refused_size);
      if (status != KEYSEAT_OK || output.value.empty()) continue;
      std::uint8_t *storage = sinks[i]->resize(sinks[i], output.value.size());
      if (storage == nullptr) {
         return explain_failure(
               call, KEYSEAT_E_LIMIT,
               fmt::format("the host does not take {} bytes", output.value.size()));
      }
      std::memcpy(storage, output.value.data(), output.value.size());
   }
   return status;
}

RemoteInstance::RemoteInstance(std::string plugin, const WorkerLauncher &launcher,
                               WorkerPaths paths, const keyseat_host &host,
                               const keyseat_setting *settings, std::size_t settings_size)
      : plugin_(std::move(plugin)),
        launcher_(launcher),
        host_(host),
        settings_(settings, settings_size),
        crew_(launcher, std::move(paths)),
        c_(remote_instance_table(this)) {}

keyseat_status RemoteInstance::open(const keyseat_call &call) noexcept {
   return explained(call, [&] {
      Crew::Seat seat = crew_.take();
      return open_over(seat, call).value_or(KEYSEAT_OK);
   });
}

keyseat_status RemoteInstance::run(const keyseat_call &call, const RemoteCall &wanted) noexcept {
   return explained(call, [&] { return try_to_run(call, wanted); });
}

keyseat_status RemoteInstance::try_to_run(const keyseat_call &call, const RemoteCall &wanted) {
   for (bool may_repeat = wanted.repeatable;; may_repeat = false) {
      Crew::Seat seat = crew_.take();
      if (seat.is_to_open()) {
         if (const auto failure = open_over(seat, call)) return *failure;
      }
      if (const auto status = run_over(seat, call, wanted, may_repeat)) return *status;
   }
}

// None: it is open. Otherwise how that failed.
std::optional<keyseat_status> RemoteInstance::open_over(Crew::Seat &seat,
                                                        const keyseat_call &call) {
   const std::uint32_t number = ++last_number_;
   OpenMessage message;
   message.call = fields_of(call);
   message.parallel = parallel_;
   message.settings = settings_.fields();
   Conversation conversation(seat.worker(), seat.channel(), &host_, call);
   const Conversation::End end = conversation.run(to_frame(message, number), number);
   if (end != Conversation::End::done) return lost(call, "open", end, crew_.lose(seat));
   const DoneMessage &done = conversation.done();
   if (static_cast<keyseat_status>(done.status) != KEYSEAT_OK) {
      crew_.dismiss(seat);
      return static_cast<keyseat_status>(done.status);
   }
   extensions_ = done.extensions;
   crew_.opened(seat);
   if (parallel_) crew_.allow_parallel(seat);
   return std::nullopt;
}

// None: the worker has ended, and the call may be made again.
std::optional<keyseat_status> RemoteInstance::run_over(Crew::Seat &seat, const keyseat_call &call,
                                                       const RemoteCall &wanted, bool may_repeat) {
   const std::uint32_t number = ++last_number_;
   Request request;
   request.call = fields_of(call);
   request.flags = wanted.flags;
   request.inputs = wanted.inputs;
   Conversation conversation(seat.worker(), seat.channel(), &host_, call);
   conversation.show_keys_to(wanted.visitor, wanted.visitor_data);
   const Conversation::End end =
         conversation.run(to_frame(request, number, wanted.function), number);
   if (end == Conversation::End::done) {
      if (conversation.done().outputs.size() == wanted.outputs.size()) {
         if (wanted.info != nullptr &&
             (conversation.done().capabilities & KEYSEAT_CAP_PARALLEL) != 0) {
            parallel_ = true;
            crew_.allow_parallel(seat);
         }
         return deliver(call, wanted, conversation.done());
      }
      return lost(call, wanted.name, Conversation::End::garbled, crew_.lose(seat));
   }
   const std::string ending = crew_.lose(seat);
   if (end == Conversation::End::gone && may_repeat && !conversation.has_answered())
      return std::nullopt;
   return lost(call, wanted.name, end, ending);
}

keyseat_status RemoteInstance::lost(const keyseat_call &call, const char *function,
                                    Conversation::End end, const std::string &ending) {
   const char *noun = launcher_.noun();
   switch (end) {
      case Conversation::End::late:
         return explain_failure(call, KEYSEAT_E_TIMEOUT,
                                fmt::format("the plugin '{}' did not answer {} within {} ms; {} {}",
                                            plugin_, function, call.timeout_ms, noun, ending));
      case Conversation::End::garbled:
         return explain_failure(
               call, KEYSEAT_E_UNAVAILABLE,
               fmt::format("the plugin '{}' damaged {}, which answered {} with what makes no sense",
                           plugin_, noun, function));
      default:
         return explain_failure(call, KEYSEAT_E_UNAVAILABLE,
                                fmt::format("{} {} during {}: a defect in the plugin '{}', or in a "
                                            "library that it uses",
                                            noun, ending, function, plugin_));
   }
}

keyseat_status RemoteInstance::deliver(const keyseat_call &call, const RemoteCall &wanted,
                                       const DoneMessage &done) {
   if (wanted.info != nullptr) {
      wanted.info->health = done.health;
      wanted.info->capabilities = done.capabilities;
   }
   return fill_sinks(call, wanted.outputs, done);
}

void RemoteInstance::close() noexcept {
   try {
      const auto seat = crew_.take_if_open();
      if (seat == nullptr) return; // its worker has ended before
      const OwnCall call;
      Request request;
      request.call = fields_of(call.c());
      const std::uint32_t number = ++last_number_;
      Conversation conversation(seat->worker(), seat->channel(), &host_, call.c());
      const auto end = conversation.run(to_frame(request, number, MessageType::close), number);
      end == Conversation::End::done ? crew_.retire(*seat) : crew_.dismiss(*seat);
   } catch (...) {
      // Out of memory: the worker ends without having closed its instance.
   }
}

} // namespace keyseat
