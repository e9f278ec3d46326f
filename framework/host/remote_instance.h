// SPDX-License-Identifier: Apache-2.0
//
// RemoteInstance: an instance of a plugin that runs in a worker, behind the tables of the contract:
// whoever holds the keyseat_instance cannot tell (R-HST-3).

#ifndef KEYSEAT_HOST_REMOTE_INSTANCE_H
#define KEYSEAT_HOST_REMOTE_INSTANCE_H

#include <keyseat/error.h>
#include <keyseat/plugin/descriptor.h>
#include <keyseat/plugin/ext_keys.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/conversation.h"
#include "host/crew.h"
#include "host/kept_settings.h"
#include "host/messages.h"
#include "host/worker.h"

namespace keyseat {

// A call of any function, as a frame carries it, and where its results go.
struct RemoteCall {
   MessageType function = MessageType::status;
   const char *name = ""; // of the function, for messages
   std::uint32_t flags = 0;
   std::vector<BytesView> inputs{};
   std::vector<const keyseat_sink *> outputs{};
   keyseat_status_info *info = nullptr;   // of status()
   keyseat_key_visitor visitor = nullptr; // of list()
   void *visitor_data = nullptr;
   bool repeatable = false;
};

// Calls go to the worker. One that ends takes its call along, and the next call has another (crew.h).
//
// A call whose worker ends is made once more, by the next worker, where that can do no harm: status,
// wrap, unwrap and the public key; create, with the same request id, unless it replaces a key. A call
// for which a PIN or passphrase was handed over is never made again by itself: the answer may be what
// the worker ended of, and each try counts. Neither is one that took too long.
class RemoteInstance {
 public:
   // What is referred to lives until close(). `plugin` is the id. The settings are copied.
   RemoteInstance(std::string plugin, const WorkerLauncher &launcher, WorkerPaths paths,
                  const keyseat_host &host, const keyseat_setting *settings,
                  std::size_t settings_size);
   RemoteInstance(const RemoteInstance &) = delete;
   RemoteInstance &operator=(const RemoteInstance &) = delete;
   ~RemoteInstance() = default;

   // Starts the first worker. A failure is explained through `call`, as by all that follow.
   keyseat_status open(const keyseat_call &call) noexcept;
   keyseat_status run(const keyseat_call &call, const RemoteCall &wanted) noexcept;
   void close() noexcept;

   const keyseat_instance *c() const { return &c_; }
   static RemoteInstance &of(const keyseat_instance *self) {
      return *static_cast<RemoteInstance *>(self->plugin_data);
   }
   bool offers(std::size_t extension) const { return (extensions_ >> extension & 1) != 0; }

 private:
   keyseat_status try_to_run(const keyseat_call &call, const RemoteCall &wanted);
   std::optional<keyseat_status> open_over(Crew::Seat &seat, const keyseat_call &call);
   std::optional<keyseat_status> run_over(Crew::Seat &seat, const keyseat_call &call,
                                          const RemoteCall &wanted, bool may_repeat);
   keyseat_status lost(const keyseat_call &call, const char *function, Conversation::End end,
                       const std::string &ending);
   keyseat_status deliver(const keyseat_call &call, const RemoteCall &wanted,
                          const DoneMessage &done);

   const std::string plugin_;
   const WorkerLauncher &launcher_;
   const keyseat_host &host_;
   const KeptSettings settings_;
   Crew crew_;
   keyseat_instance c_;
   std::atomic<std::uint32_t> last_number_ = 0;
   std::atomic<bool> parallel_ = false;
   std::atomic<std::uint32_t> extensions_ = 0; // bit N is the Extension N
};

// Explains a failure of status `status` through `call`, and returns the status.
keyseat_status explain_failure(const keyseat_call &call, keyseat_status status,
                               const std::string &message, const std::string &hint = {});

// Runs `body`, which returns a status; what it throws becomes one, explained through `call`.
template <class Body>
keyseat_status explained(const keyseat_call &call, Body body) noexcept {
   try {
      return body();
   } catch (const Error &error) {
      return explain_failure(call, KEYSEAT_E_UNAVAILABLE, error.message(), error.hint());
   } catch (const FrameError &) {
      return explain_failure(call, KEYSEAT_E_LIMIT, "the arguments are larger than a frame");
   } catch (...) {
      return explain_failure(call, KEYSEAT_E_NO_MEMORY, "out of memory");
   }
}

// keyseat_call as fields.
CallFields fields_of(const keyseat_call &call);

// Puts a remote plugin's outputs into the caller's sinks. Returns KEYSEAT_E_LIMIT, explained, when one
// of them does not take it.
keyseat_status fill_sinks(const keyseat_call &call, const std::vector<const keyseat_sink *> &sinks,
                          const DoneMessage &done);

} // namespace keyseat

#endif
