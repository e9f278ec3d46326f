// SPDX-License-Identifier: Apache-2.0
//
// keyseat-worker: loads one plugin library and serves one instance of it to the host that has started
// this program (docs/isolation.md). It is not for people to run.

#include <keyseat/error.h>
#include <keyseat/plugin/ext_inspect.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/platform_sandbox.h"
#include "base/platform_worker.h"
#include "base/stack_wiper.h"
#include "host/descriptor_check.h"
#include "host/foreign_text.h"
#include "host/library.h"
#include "host/messages.h"
#include "host/plugin_server.h"

namespace keyseat {
namespace {

// A descriptor that has been checked, as a message. What it refers to is constant.
LoadedMessage describe(const keyseat_descriptor &descriptor) {
   const auto optional = [](const char *text) {
      return text == nullptr ? OptionalText() : OptionalText(text);
   };
   LoadedMessage message;
   message.draft = descriptor.draft;
   message.capabilities = descriptor.capabilities;
   message.id = descriptor.id;
   message.name = descriptor.name;
   message.vendor = descriptor.vendor;
   message.version = descriptor.version;
   message.description = descriptor.description;
   message.license = optional(descriptor.license);
   message.url = optional(descriptor.url);
   message.inspects = descriptor.get_extension != nullptr &&
                      descriptor.get_extension(&descriptor, KEYSEAT_EXT_INSPECT) != nullptr;
   for (const keyseat_option *const *each = descriptor.options; *each != nullptr; ++each) {
      const keyseat_option &option = **each;
      OptionFields fields{option.name,
                          option.type,
                          option.marks,
                          option.description,
                          optional(option.default_value),
                          {}};
      for (const char *const *choice = option.choices; choice != nullptr && *choice != nullptr;
           ++choice)
         fields.choices.emplace_back(*choice);
      message.options.push_back(std::move(fields));
   }
   return message;
}

// Locks this process down, and loads. Returns the library's checked descriptor. Throws
// Error(plugin_refused), Error(internal) when the sandbox cannot be made.
const keyseat_descriptor &load(std::unique_ptr<platform::PinnedFile> library,
                               const LoadMessage &message) {
   if (message.version != KEYSEAT_VERSION) {
      throw plugin_refused(message.id, "the worker program is of another version than its host");
   }
   platform::SandboxAccess access;
   access.read.assign(message.read_paths.begin(), message.read_paths.end());
   access.write.assign(message.write_paths.begin(), message.write_paths.end());
   access.device.assign(message.device_paths.begin(), message.device_paths.end());
   access.network = message.network;
   platform::restrict_access(access, *library);
   platform::restrict_system_calls(platform::WorkerPhase::loading, message.network);
   const std::string id(message.id);
   const keyseat_descriptor *descriptor = load_entry(std::move(library), id)();
   const std::string breach = descriptor_breach(descriptor, id);
   if (!breach.empty()) throw plugin_refused(id, "it " + breach);
   return *descriptor;
}

// What the host asks for first. None when the host is gone.
std::optional<Frame> first_frame(platform::Channel &channel) {
   auto bytes = channel.receive(key_memory(), kMaxFrame);
   auto frame = bytes ? Frame::decode(std::move(*bytes)) : std::nullopt;
   if (!frame || type_of(*frame) != MessageType::load) return std::nullopt;
   return frame;
}

int serve(platform::WorkerEnds ends) {
   platform::Channel &control = ends.channels.front();
   const auto frame = first_frame(control);
   if (!frame) return EXIT_FAILURE;
   const auto message = from_frame<LoadMessage>(*frame);
   const keyseat_descriptor *descriptor = nullptr;
   try {
      descriptor = &load(std::move(ends.library), message);
   } catch (const Error &error) {
      const bool is_refusal = error.code() == ErrorCode::plugin_refused;
      const Error refusal = is_refusal ? error : plugin_refused(message.id, error.message());
      control.send(to_frame(RefusedMessage{refusal.message()}, 0));
      return EXIT_FAILURE;
   }
   control.send(to_frame(describe(*descriptor), 0));
   // Never destroyed: its threads wait for the host, which waits for this process.
   auto *server = new PluginServer(*descriptor, std::move(ends.channels), [] {
      platform::restrict_system_calls(platform::WorkerPhase::serving);
   });
   return server->run() ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run_worker(int argc, char **argv) {
   try {
      platform::limit_worker();
      return serve(platform::inherited_worker_ends(argc, argv));
   } catch (...) {
      return EXIT_FAILURE; // the host sees the end, and there is nobody else to tell
   }
}

} // namespace
} // namespace keyseat

// Exit handlers of libraries do not run: they may hang or crash, and what is secret is wiped by then.
int main(int argc, char **argv) {
   const int exit_code = keyseat::run_worker(argc, argv);
   keyseat::wipe_dead_stack();
   keyseat::platform::end_process(exit_code);
}
