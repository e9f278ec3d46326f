// SPDX-License-Identifier: Apache-2.0
#include "host/thread_launcher.h"

#include <keyseat/error.h>

#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "host/plugin_server.h"

namespace keyseat {
namespace {

// What a thread that was given up may still reach, to the end of the process.
void keep_for_good(std::unique_ptr<PluginServer> server) noexcept {
   try {
      static auto &mutex = *new std::mutex;
      static auto &kept = *new std::vector<std::unique_ptr<PluginServer>>;
      const std::lock_guard lock(mutex);
      kept.push_back(nullptr);
      kept.back() = std::move(server);
   } catch (const std::bad_alloc &) {
      [[maybe_unused]] const auto *leaked = server.release();
   }
}

class ThreadWorker final : public Worker {
 public:
   ThreadWorker(std::vector<platform::Channel> channels, std::unique_ptr<PluginServer> server)
         : Worker(std::move(channels)), server_(std::move(server)) {
      thread_ = std::thread([server = server_.get()] {
         try {
            server->run();
         } catch (...) {
            server->hang_up(); // no memory: the host sees the end
         }
      });
   }
   ThreadWorker(const ThreadWorker &) = delete;
   ThreadWorker &operator=(const ThreadWorker &) = delete;
   ~ThreadWorker() override { retire(); }

   bool has_ended() const noexcept override { return false; } // a thread ends by hanging up

   // The thread may never come back, and keeps its server.
   std::string end() noexcept override {
      const std::lock_guard lock(mutex_);
      hang_up();
      if (thread_.joinable()) {
         thread_.detach();
         keep_for_good(std::move(server_));
      }
      return "was given up";
   }

   void retire() noexcept override {
      const std::lock_guard lock(mutex_);
      hang_up();
      if (thread_.joinable()) thread_.join();
      server_.reset();
   }

 private:
   void hang_up() noexcept {
      for (platform::Channel &channel : channels_)
         channel.hang_up();
   }

   std::mutex mutex_;
   std::unique_ptr<PluginServer> server_;
   std::thread thread_;
};

} // namespace

std::unique_ptr<Worker> ThreadLauncher::launch(const WorkerPaths &) const {
   std::vector<platform::Channel> ours;
   std::vector<platform::Channel> theirs;
   for (std::size_t i = 0; i < kParallelCalls; ++i) {
      auto [one, other] = platform::Channel::make();
      ours.push_back(std::move(one));
      theirs.push_back(std::move(other));
   }
   auto server = std::make_unique<PluginServer>(descriptor_, std::move(theirs), [] {});
   try {
      return std::make_unique<ThreadWorker>(std::move(ours), std::move(server));
   } catch (const std::system_error &error) {
      throw Error(ErrorCode::protector_unavailable,
                  std::string("cannot start a thread: ") + error.what());
   }
}

} // namespace keyseat
