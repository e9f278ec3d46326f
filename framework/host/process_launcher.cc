// SPDX-License-Identifier: Apache-2.0
#include "host/process_launcher.h"

#include <keyseat/error.h>

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/path_text.h"
#include "base/platform_worker.h"
#include "base/text.h"
#include "host/foreign_text.h"
#include "host/library.h"
#include "host/library_trust.h"
#include "host/worker_environment.h"

namespace keyseat {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLoadTime{20};           // libraries run code when they are loaded
constexpr std::chrono::milliseconds kRetireTime{1'000}; // for a worker that has nothing left to do

class ProcessWorker final : public Worker {
 public:
   ProcessWorker(std::vector<platform::Channel> channels,
                 std::unique_ptr<platform::WorkerProcess> process)
         : Worker(std::move(channels)), process_(std::move(process)) {}

   bool has_ended() const noexcept override { return process_->has_ended(); }

   std::string end() noexcept override {
      const std::lock_guard lock(mutex_);
      return process_->end();
   }

   void retire() noexcept override {
      for (platform::Channel &channel : channels_)
         channel.hang_up();
      const std::lock_guard lock(mutex_);
      process_->end(kRetireTime);
   }

 private:
   std::mutex mutex_;
   const std::unique_ptr<platform::WorkerProcess> process_;
};

// What a worker says first; none when it has ended, or has not said anything in time.
std::optional<Frame> first_frame(Worker &worker, Clock::time_point deadline) {
   constexpr std::chrono::milliseconds kLook{20}; // between two looks at whether it has ended
   platform::Channel &channel = worker.channel(0);
   while (!channel.wait(kLook)) {
      const bool is_over = worker.has_ended() || Clock::now() >= deadline;
      if (is_over && !channel.wait({})) return std::nullopt;
   }
   auto bytes = channel.receive(key_memory(), kMaxFrame);
   return bytes ? Frame::decode(std::move(*bytes)) : std::nullopt;
}

std::vector<Text> texts_of(const std::vector<std::string> &strings,
                           const std::vector<std::string> &more = {}) {
   std::vector<Text> texts(strings.begin(), strings.end());
   texts.insert(texts.end(), more.begin(), more.end());
   return texts;
}

} // namespace

ProcessLauncher::ProcessLauncher(std::string id,
                                 std::shared_ptr<const platform::PinnedFile> library,
                                 Isolation isolation)
      : id_(std::move(id)),
        library_(std::move(library)),
        isolation_(std::move(isolation)),
        program_(worker_program()) {}

void ProcessLauncher::describe(const std::function<void(const LoadedMessage &)> &look) const {
   start({}, look)->end();
}

std::unique_ptr<Worker> ProcessLauncher::launch(const WorkerPaths &paths) const {
   return start(paths, [](const LoadedMessage &) {});
}

std::unique_ptr<Worker> ProcessLauncher::start(
      const WorkerPaths &paths, const std::function<void(const LoadedMessage &)> &look) const {
   std::vector<platform::Channel> ours;
   std::vector<platform::Channel> theirs;
   for (std::size_t i = 0; i < kParallelCalls; ++i) {
      auto [one, other] = platform::Channel::make();
      ours.push_back(std::move(one));
      theirs.push_back(std::move(other));
   }
   auto process = std::make_unique<platform::WorkerProcess>(
         program_, *library_, theirs,
         worker_environment(platform::environment(), isolation_.environment));
   theirs.clear(); // so that the end of the worker shows

   LoadMessage load;
   load.version = KEYSEAT_VERSION;
   load.id = id_;
   load.read_paths = texts_of(paths.read, isolation_.read);
   load.write_paths = texts_of(paths.write, isolation_.write);
   load.device_paths = texts_of(paths.device);
   load.network = network_ || isolation_.network;
   auto worker = std::make_unique<ProcessWorker>(std::move(ours), std::move(process));
   worker->channel(0).send_at_once(to_frame(load, 0)); // if that fails, it is gone: seen next
   const auto deadline = Clock::now() + kLoadTime;
   const auto frame = first_frame(*worker, deadline);
   try {
      if (frame && type_of(*frame) == MessageType::loaded) {
         look(from_frame<LoadedMessage>(*frame));
         return worker;
      }
      if (frame && type_of(*frame) == MessageType::refused) {
         throw Error(ErrorCode::plugin_refused,
                     foreign_text(from_frame<RefusedMessage>(*frame).message));
      }
   } catch (const FrameError &) {
      throw plugin_refused(id_, "it damages the worker process that loads it");
   }
   if (Clock::now() >= deadline)
      throw plugin_refused(id_, fmt::format("it took more than {} s to load", kLoadTime.count()));
   throw plugin_refused(
         id_, fmt::format("its worker process {} while it loaded the library", worker->end()));
}

fs::path worker_program() {
   const fs::path name = fs::path("keyseat") / ("keyseat-worker" + platform::program_suffix());
   const fs::path executable = platform::executable_path();
   const std::array places{executable.parent_path().parent_path() / "libexec" / name,
                           fs::path(KEYSEAT_LIBEXEC_FOLDER) / name};
   for (const fs::path &place : places) {
      std::error_code missing;
      fs::path real = fs::canonical(place, missing);
      if (missing) continue;
      const std::optional<FileFacts> facts = file_facts(real);
      const std::string why = facts ? distrust(real, *facts) : "it is gone";
      if (why.empty()) return real;
      throw Error(
            ErrorCode::protector_unavailable,
            fmt::format("the worker program {} is not run: {}", printable(path_text(real)), why));
   }
   throw Error(ErrorCode::protector_unavailable,
               fmt::format("the program keyseat-worker is neither {} nor {}",
                           printable(path_text(places[0])), printable(path_text(places[1]))))
         .hint("install it with Keyseat; it runs the plugin in a process of its own");
}

} // namespace keyseat
