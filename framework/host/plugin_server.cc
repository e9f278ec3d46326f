// SPDX-License-Identifier: Apache-2.0
#include "host/plugin_server.h"

#include <keyseat/plugin/ext_approve.h>
#include <keyseat/plugin/ext_inspect.h>
#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/ext_public_key.h>
#include <keyseat/plugin/ext_self_test.h>
#include <keyseat/plugin/service_log.h>
#include <keyseat/plugin/service_prompt.h>
#include <keyseat/plugin/service_secret_memory.h>

#include <algorithm>
#include <string_view>

#include "base/platform.h"
#include "base/stack_wiper.h"
#include "host/extension_ids.h"
#include "host/server_settings.h"
#include "host/sink.h"

namespace keyseat {
namespace {

constexpr std::size_t kMostLogLines = 64; // kept while there is no call

void *KEYSEAT_CALL allocate_secret(const keyseat_host *, std::size_t size) noexcept {
   try {
      return size == 0 ? nullptr : key_memory().allocate(size);
   } catch (...) {
      return nullptr;
   }
}

void KEYSEAT_CALL release_secret(const keyseat_host *, void *p, std::size_t size) noexcept {
   key_memory().release(static_cast<std::uint8_t *>(p), size);
}

keyseat_status KEYSEAT_CALL ask_host(const keyseat_host *, const keyseat_call *call,
                                     const keyseat_prompt *prompt, keyseat_bytes *answer) noexcept {
   return ServerCall::of(call).ask(*prompt, *answer);
}

constexpr keyseat_service_secret_memory kServerMemory{&allocate_secret, &release_secret};
constexpr keyseat_service_prompt kServerPrompt{&ask_host};

// Runs a function of the plugin. An exception that leaves it (R-UNW-1) is a defect, and not the end of
// the worker.
template <class Function>
keyseat_status guarded(ServerCall &call, Function function) noexcept {
   const platform::SigpipeGuard guard;
   try {
      return function();
   } catch (...) {
      call.fail(KEYSEAT_E_INTERNAL, "an exception left it (R-UNW-1)");
      return KEYSEAT_E_INTERNAL;
   }
}

template <class Value>
Output output_of(const Sink<Value> &sink) {
   const Value &value = sink.value();
   const BytesView bytes(reinterpret_cast<const std::uint8_t *>(value.data()), value.size());
   return {bytes, sink.was_over_limit() ? sink.limit() + 1 : 0};
}

DoneMessage done_with(keyseat_status status, std::vector<Output> outputs = {}) {
   DoneMessage done;
   done.status = static_cast<std::uint32_t>(status);
   done.outputs = std::move(outputs);
   return done;
}

// Text as a plugin gets it: a NUL behind it.
std::string input_text(const Request &request, std::size_t index) {
   return std::string(as_text(request.inputs.at(index)));
}

keyseat_text view_of(const std::string &text) { return {text.c_str(), text.size()}; }

// How many inputs each function has, at least and at most.
std::pair<std::size_t, std::size_t> inputs_of(MessageType function) {
   switch (function) {
      case MessageType::wrap:
      case MessageType::destroy_key:
         return {1, 1};
      case MessageType::unwrap:
      case MessageType::explain:
         return {2, 2};
      case MessageType::create_key:
         return {0, 1};
      default:
         return {0, 0};
   }
}

bool lacks_function(const keyseat_instance &instance) {
   return instance.close == nullptr || instance.status == nullptr || instance.wrap == nullptr ||
          instance.unwrap == nullptr || instance.get_extension == nullptr;
}

} // namespace

PluginServer::PluginServer(const keyseat_descriptor &descriptor,
                           std::vector<platform::Channel> channels, std::function<void()> opened)
      : descriptor_(descriptor),
        channels_(std::move(channels)),
        opened_(std::move(opened)),
        host_{} {
   host_.struct_size = sizeof host_;
   host_.draft = KEYSEAT_DRAFT;
   host_.name = "keyseat";
   host_.version = KEYSEAT_VERSION;
   host_.host_data = this;
   host_.get_service = &PluginServer::get_service;
}

PluginServer::~PluginServer() {
   for (std::thread &thread : threads_)
      thread.join();
}

const void *PluginServer::get_service(const keyseat_host *, const char *id) noexcept {
   static constexpr keyseat_service_log kServerLog{&PluginServer::write_log};
   const std::string_view wanted(id);
   if (wanted == KEYSEAT_SERVICE_LOG) return &kServerLog;
   if (wanted == KEYSEAT_SERVICE_SECRET_MEMORY) return &kServerMemory;
   if (wanted == KEYSEAT_SERVICE_PROMPT) return &kServerPrompt;
   return nullptr;
}

void PluginServer::write_log(const keyseat_host *host, const keyseat_call *call,
                             std::uint32_t level, const keyseat_text *message) noexcept {
   try {
      const std::string_view text(message->data,
                                  std::min<std::size_t>(message->size, KEYSEAT_MAX_TEXT));
      if (call != nullptr) {
         ServerCall::of(call).send(LogMessage{level, as_bytes(text)});
         return;
      }
      PluginServer &self = *static_cast<PluginServer *>(host->host_data);
      const std::lock_guard lock(self.mutex_);
      if (self.log_.size() < kMostLogLines) self.log_.push_back({level, std::string(text)});
   } catch (...) {
      // Out of memory: the line is lost.
   }
}

void PluginServer::hang_up() noexcept {
   for (platform::Channel &channel : channels_)
      channel.hang_up();
}

bool PluginServer::run() { return serve(channels_.front()); }

bool PluginServer::serve(platform::Channel &channel) {
   for (;;) {
      auto bytes = channel.receive(key_memory(), kMaxFrame);
      const auto frame = bytes ? Frame::decode(std::move(*bytes)) : std::nullopt;
      if (!frame) return false;
      if (type_of(*frame) == MessageType::cancel) continue; // of a call that was faster
      if (!serve_one(channel, *frame)) return type_of(*frame) == MessageType::close;
      wipe_dead_stack();
   }
}

// False: the last one.
bool PluginServer::serve_one(platform::Channel &channel, const Frame &frame) {
   const MessageType function = type_of(frame);
   if (function == MessageType::open) return open(channel, frame);
   const auto request = from_frame<Request>(frame);
   const auto [least, most] = inputs_of(function);
   const bool is_possible = function == MessageType::explain || instance_ != nullptr;
   if (!is_possible || request.inputs.size() < least || request.inputs.size() > most) return false;
   ServerCall call(channel, frame.call(), request.call);
   switch (function) {
      case MessageType::status:
         return status(call);
      case MessageType::wrap:
         return wrap(call, request);
      case MessageType::unwrap:
         return unwrap(call, request);
      case MessageType::create_key:
         return create_key(call, request);
      case MessageType::list_keys:
         return list_keys(call);
      case MessageType::destroy_key:
         return destroy_key(call, request);
      case MessageType::explain:
         return explain(call, request);
      case MessageType::close:
         return close(call);
      default:
         return document(call, function);
   }
}

void PluginServer::start_threads() {
   const std::lock_guard lock(mutex_);
   if (!threads_.empty()) return;
   for (std::size_t i = 1; i < channels_.size(); ++i) {
      threads_.emplace_back([this, i] {
         try {
            serve(channels_[i]);
         } catch (...) {
            channels_[i].hang_up(); // a malformed frame, no memory: the host sees the end
         }
      });
   }
}

bool PluginServer::finish(ServerCall &call, const DoneMessage &done) {
   std::vector<LogLine> lines;
   {
      const std::lock_guard lock(mutex_);
      lines.swap(log_);
   }
   for (const LogLine &line : lines)
      call.send(LogMessage{line.level, as_bytes(line.text)});
   return call.send(done);
}

bool PluginServer::open(platform::Channel &channel, const Frame &frame) {
   const auto message = from_frame<OpenMessage>(frame);
   if (instance_ != nullptr) return false;
   ServerCall call(channel, frame.call(), message.call);
   const ServerSettings settings(message.settings);
   const keyseat_instance *instance = nullptr;
   const keyseat_status status = guarded(call, [&] {
      return descriptor_.open(&descriptor_, &host_, call.c(), settings.data(), settings.size(),
                              &instance);
   });
   const DoneMessage done = adopt(call, status, instance);
   if (instance_ != nullptr) {
      opened_();
      if (message.parallel) start_threads();
   }
   return finish(call, done);
}

// Takes what open() has come to.
DoneMessage PluginServer::adopt(ServerCall &call, keyseat_status status,
                                const keyseat_instance *instance) {
   DoneMessage done = done_with(status);
   if (status != KEYSEAT_OK) return done;
   const char *flaw = nullptr;
   if (instance == nullptr) {
      flaw = "it opened nothing";
   } else if (lacks_function(*instance)) {
      flaw = "its instance lacks a function";
   }
   if (flaw != nullptr) {
      call.fail(KEYSEAT_E_INTERNAL, flaw);
      if (instance != nullptr && instance->close != nullptr) instance->close(instance);
      return done_with(KEYSEAT_E_INTERNAL);
   }
   instance_ = instance;
   for (std::size_t i = 0; i < kExtensionIds.size(); ++i) {
      const bool offered = instance->get_extension(instance, kExtensionIds[i]) != nullptr;
      if (offered) done.extensions |= 1U << i;
   }
   return done;
}

bool PluginServer::close(ServerCall &call) {
   guarded(call, [&] {
      instance_->close(instance_);
      return KEYSEAT_OK;
   });
   instance_ = nullptr;
   finish(call, done_with(KEYSEAT_OK));
   return false;
}

bool PluginServer::status(ServerCall &call) {
   Sink<std::string> kid("kid", KEYSEAT_MAX_KID);
   Sink<std::string> message("status message", KEYSEAT_MAX_TEXT);
   Sink<std::string> details("details", KEYSEAT_MAX_DOCUMENT);
   keyseat_status_info info{};
   info.struct_size = sizeof info;
   info.kid = kid.c();
   info.message = message.c();
   info.details = details.c();
   const keyseat_status status =
         guarded(call, [&] { return instance_->status(instance_, call.c(), &info); });
   DoneMessage done = done_with(status, {output_of(kid), output_of(message), output_of(details)});
   done.health = info.health;
   done.capabilities = info.capabilities;
   // Before the host knows that it may use them.
   if (status == KEYSEAT_OK && (info.capabilities & KEYSEAT_CAP_PARALLEL) != 0) start_threads();
   return finish(call, done);
}

bool PluginServer::wrap(ServerCall &call, const Request &request) {
   const keyseat_bytes cek = request.inputs[0].c();
   Sink<std::string> header("header", KEYSEAT_MAX_HEADER);
   Sink<Bytes> encrypted_key("encrypted key", KEYSEAT_MAX_ENCRYPTED_KEY);
   const keyseat_status status = guarded(call, [&] {
      return instance_->wrap(instance_, call.c(), &cek, header.c(), encrypted_key.c());
   });
   return finish(call, done_with(status, {output_of(header), output_of(encrypted_key)}));
}

bool PluginServer::unwrap(ServerCall &call, const Request &request) {
   const std::string header = input_text(request, 0);
   const keyseat_text header_view = view_of(header);
   const keyseat_bytes encrypted_key = request.inputs[1].c();
   Sink<SecretBytes> cek("CEK", KEYSEAT_CEK_SIZE, SecretBytes(key_memory()));
   const keyseat_status status = guarded(call, [&] {
      return instance_->unwrap(instance_, call.c(), &header_view, &encrypted_key, cek.c());
   });
   return finish(call, done_with(status, {output_of(cek)}));
}

bool PluginServer::create_key(ServerCall &call, const Request &request) {
   const auto *keys = table<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   if (keys == nullptr) return false;
   const std::string key_type = request.inputs.empty() ? "" : input_text(request, 0);
   keyseat_key_request wanted{};
   wanted.struct_size = sizeof wanted;
   wanted.flags = request.flags;
   wanted.key_type = request.inputs.empty() ? nullptr : key_type.c_str();
   Sink<std::string> kid("kid", KEYSEAT_MAX_KID);
   const keyseat_status status =
         guarded(call, [&] { return keys->create(instance_, call.c(), &wanted, kid.c()); });
   return finish(call, done_with(status, {output_of(kid)}));
}

bool PluginServer::list_keys(ServerCall &call) {
   const auto *keys = table<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   if (keys == nullptr) return false;
   const keyseat_status status =
         guarded(call, [&] { return keys->list(instance_, call.c(), &ServerCall::visit, &call); });
   return finish(call, done_with(status));
}

bool PluginServer::destroy_key(ServerCall &call, const Request &request) {
   const auto *keys = table<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   if (keys == nullptr) return false;
   const std::string kid = input_text(request, 0);
   const keyseat_text view = view_of(kid);
   const keyseat_status status =
         guarded(call, [&] { return keys->destroy(instance_, call.c(), &view); });
   return finish(call, done_with(status));
}

bool PluginServer::document(ServerCall &call, MessageType function) {
   Sink<std::string> document("document", KEYSEAT_MAX_DOCUMENT);
   const auto *exporter = table<keyseat_ext_public_key>(KEYSEAT_EXT_PUBLIC_KEY);
   const auto *approver = table<keyseat_ext_approve>(KEYSEAT_EXT_APPROVE);
   const auto *tester = table<keyseat_ext_self_test>(KEYSEAT_EXT_SELF_TEST);
   keyseat_status(KEYSEAT_CALL * make)(const keyseat_instance *, const keyseat_call *,
                                       const keyseat_sink *) = nullptr;
   if (function == MessageType::export_public_key && exporter != nullptr) {
      make = exporter->export_jwk;
   } else if (function == MessageType::approve && approver != nullptr) {
      make = approver->approve;
   } else if (function == MessageType::self_test && tester != nullptr) {
      make = tester->run;
   }
   if (make == nullptr) return false;
   const keyseat_status status =
         guarded(call, [&] { return make(instance_, call.c(), document.c()); });
   return finish(call, done_with(status, {output_of(document)}));
}

bool PluginServer::explain(ServerCall &call, const Request &request) {
   const std::string header = input_text(request, 0);
   const keyseat_text header_view = view_of(header);
   const keyseat_bytes encrypted_key = request.inputs[1].c();
   Sink<std::string> explanation("explanation", KEYSEAT_MAX_DOCUMENT);
   if (descriptor_.get_extension == nullptr) return false;
   const auto *inspector = static_cast<const keyseat_ext_inspect *>(
         descriptor_.get_extension(&descriptor_, KEYSEAT_EXT_INSPECT));
   if (inspector == nullptr) return false;
   const keyseat_status status = guarded(call, [&] {
      return inspector->explain(&descriptor_, call.c(), &header_view, &encrypted_key,
                                explanation.c());
   });
   return finish(call, done_with(status, {output_of(explanation)}));
}

} // namespace keyseat
