// SPDX-License-Identifier: Apache-2.0
//
// PluginServer: runs one instance of a plugin for a host at the other end of channels. It calls the
// library by the contract, as any host does.

#ifndef KEYSEAT_HOST_PLUGIN_SERVER_H
#define KEYSEAT_HOST_PLUGIN_SERVER_H

#include <keyseat/plugin/descriptor.h>

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/platform_channel.h"
#include "host/messages.h"
#include "host/server_call.h"

namespace keyseat {

class PluginServer {
 public:
   // Serves over the first channel, and over all of them once the instance runs calls concurrently.
   // `opened` is called each time an instance has been opened. The descriptor is checked, and
   // borrowed.
   PluginServer(const keyseat_descriptor &descriptor, std::vector<platform::Channel> channels,
                std::function<void()> opened);
   PluginServer(const PluginServer &) = delete;
   PluginServer &operator=(const PluginServer &) = delete;
   ~PluginServer(); // waits for the threads, which end when the host closes its ends

   // Ends all connections, as when the host goes.
   void hang_up() noexcept;

   // Serves until the host closes the instance, or is gone. True: closed.
   bool run();

 private:
   struct LogLine {
      std::uint32_t level;
      std::string text;
   };

   static const void *KEYSEAT_CALL get_service(const keyseat_host *host, const char *id) noexcept;
   static void KEYSEAT_CALL write_log(const keyseat_host *host, const keyseat_call *call,
                                      std::uint32_t level, const keyseat_text *message) noexcept;

   bool serve(platform::Channel &channel);
   bool serve_one(platform::Channel &channel, const Frame &frame);
   void start_threads();
   bool finish(ServerCall &call, const DoneMessage &done);

   bool open(platform::Channel &channel, const Frame &frame);
   DoneMessage adopt(ServerCall &call, keyseat_status status, const keyseat_instance *instance);
   bool close(ServerCall &call);
   bool status(ServerCall &call);
   bool wrap(ServerCall &call, const Request &request);
   bool unwrap(ServerCall &call, const Request &request);
   bool create_key(ServerCall &call, const Request &request);
   bool list_keys(ServerCall &call);
   bool destroy_key(ServerCall &call, const Request &request);
   bool document(ServerCall &call, MessageType function);
   bool explain(ServerCall &call, const Request &request);

   template <class Table>
   const Table *table(const char *id) const {
      return static_cast<const Table *>(instance_->get_extension(instance_, id));
   }

   const keyseat_descriptor &descriptor_;
   std::vector<platform::Channel> channels_;
   const std::function<void()> opened_;
   keyseat_host host_;
   const keyseat_instance *instance_ = nullptr;

   std::mutex mutex_; // for what follows
   std::vector<std::thread> threads_;
   std::vector<LogLine> log_; // lines that belong to no call, until a call takes them along
};

} // namespace keyseat

#endif
