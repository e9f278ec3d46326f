// SPDX-License-Identifier: Apache-2.0

#include "contract/killing_launcher.h"

#include <keyseat/secret.h>

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "host/frame.h"

namespace contract {

namespace {

using keyseat::SecretBytes;
using keyseat::platform::Channel;

// Hands on what passes over the first channel, by a thread for each direction: a host that makes one call
// at a time uses no other.
class RelayedWorker final : public keyseat::Worker {
 public:
   RelayedWorker(std::vector<Channel> ours, std::vector<Channel> theirs,
                 std::unique_ptr<keyseat::Worker> worker, Moment &moment)
         : Worker(std::move(ours)),
           theirs_(std::move(theirs)),
           worker_(std::move(worker)),
           moment_(moment),
           there_([this] { relay(theirs_.front(), worker_->channel(0)); }),
           back_([this] { relay(worker_->channel(0), theirs_.front()); }) {}
   ~RelayedWorker() override { retire(); }

   bool has_ended() const noexcept override { return worker_->has_ended(); }

   std::string end() noexcept override {
      std::string ending = worker_->end();
      hang_up();
      return ending;
   }

   void retire() noexcept override {
      hang_up();
      if (there_.joinable()) there_.join();
      if (back_.joinable()) back_.join();
      worker_->retire();
   }

 private:
   void relay(Channel &from, Channel &to) {
      for (;;) {
         const std::optional<SecretBytes> frame =
               from.receive(keyseat::document_memory(), keyseat::kMaxFrame);
         if (!frame || !moment_.pass([&] { return to.send(*frame); }, [&] { worker_->end(); }))
            break;
      }
      hang_up();
   }

   void hang_up() noexcept {
      theirs_.front().hang_up();
      worker_->channel(0).hang_up();
   }

   std::vector<Channel> theirs_;
   const std::unique_ptr<keyseat::Worker> worker_;
   Moment &moment_;
   std::thread there_;
   std::thread back_;
};

} // namespace

std::unique_ptr<keyseat::Worker> KillingLauncher::launch(const keyseat::WorkerPaths &paths) const {
   auto worker = launcher_->launch(paths);
   std::vector<Channel> ours;
   std::vector<Channel> theirs;
   for (std::size_t i = 0; i < keyseat::kParallelCalls; ++i) {
      auto [one, other] = Channel::make();
      ours.push_back(std::move(one));
      theirs.push_back(std::move(other));
   }
   return std::make_unique<RelayedWorker>(std::move(ours), std::move(theirs), std::move(worker),
                                          moment_);
}

} // namespace contract
