// SPDX-License-Identifier: Apache-2.0

#include "line_worker.h"

#include <tss2/tss2_tctildr.h>

#include <csignal>

namespace tpm2 {

namespace {

enum class Job { connect, exchange, none, disconnect };

// The real TCTI; used by the worker alone.
class Connection {
 public:
   Connection() = default;
   ~Connection() {
      if (tcti_ != nullptr) Tss2_TctiLdr_Finalize(&tcti_);
   }
   Connection(const Connection &) = delete;
   Connection &operator=(const Connection &) = delete;

   TSS2_RC connect(const std::string &tcti) {
      return Tss2_TctiLdr_Initialize(tcti.c_str(), &tcti_);
   }

   TSS2_RC exchange(const Bytes &command, Bytes &response) {
      const TSS2_TCTI_CONTEXT_COMMON_V1 &functions =
            *reinterpret_cast<const TSS2_TCTI_CONTEXT_COMMON_V1 *>(tcti_);
      TSS2_RC rc = functions.transmit(tcti_, command.size(), command.data());
      if (rc != TSS2_RC_SUCCESS) return rc;
      response.resize(TPM2_MAX_RESPONSE_SIZE);
      std::size_t size = response.size();
      rc = functions.receive(tcti_, &size, response.data(), TSS2_TCTI_TIMEOUT_BLOCK);
      response.resize(rc == TSS2_RC_SUCCESS ? size : 0);
      if (rc == TSS2_RC_SUCCESS) held_.note(command, response);
      return rc;
   }

   // Each gets some tries, as the TPM may ask for another one; and one more where an answer was lost.
   void flush_all() {
      constexpr int kMostTries = 6;
      std::chrono::milliseconds pause{5};
      Bytes response;
      bool has_lost_one = false;
      for (int tries = 1; !held_.empty() && tries <= kMostTries; ++tries, pause *= 2) {
         if (tries > 1) std::this_thread::sleep_for(pause);
         for (const Bytes &command : held_.flush_commands()) {
            if (exchange(command, response) == TSS2_RC_SUCCESS) continue;
            if (std::exchange(has_lost_one, true)) return;
         }
      }
   }

 private:
   TSS2_TCTI_CONTEXT *tcti_ = nullptr;
   HeldHandles held_;
};

// A TCTI module writes to a peer that may be gone, and handlers of the application are not to run here.
void block_signals_of_this_thread() {
   sigset_t all;
   sigfillset(&all);
   pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

} // namespace

struct LineWorker::Shared {
   std::string tcti;
   std::mutex mutex;
   std::condition_variable changed;
   Job job = Job::connect;
   bool is_finished = false;
   TSS2_RC result = TSS2_RC_SUCCESS;
   Bytes command;
   Bytes response;
};

LineWorker::LineWorker(std::string tcti) : shared_(std::make_shared<Shared>()) {
   shared_->tcti = std::move(tcti);
   thread_ = std::thread([shared = shared_] { run(shared); });
}

void LineWorker::run(const std::shared_ptr<Shared> &shared) {
   block_signals_of_this_thread();
   {
      Connection connection;
      std::unique_lock lock(shared->mutex);
      while (shared->job != Job::disconnect) {
         const Job job = shared->job;
         const Bytes command = std::move(shared->command);
         Bytes response;
         lock.unlock();
         const TSS2_RC result = job == Job::connect ? connection.connect(shared->tcti)
                                                    : connection.exchange(command, response);
         lock.lock();
         shared->result = result;
         shared->response = std::move(response);
         if (shared->job == job) shared->job = Job::none;
         // Whoever waits would wake up to a mutex that is still held.
         lock.unlock();
         shared->changed.notify_all();
         lock.lock();
         shared->changed.wait(lock, [&] { return shared->job != Job::none; });
      }
      lock.unlock();
      connection.flush_all();
   }
   {
      const std::lock_guard lock(shared->mutex);
      shared->is_finished = true;
   }
   shared->changed.notify_all();
}

void LineWorker::send(Bytes command) {
   {
      const std::lock_guard lock(shared_->mutex);
      shared_->command = std::move(command);
      shared_->job = Job::exchange;
   }
   shared_->changed.notify_all();
}

bool LineWorker::wait(const Deadline &deadline) {
   std::unique_lock lock(shared_->mutex);
   while (shared_->job != Job::none) {
      if (deadline.is_over()) return false;
      shared_->changed.wait_for(lock, kLineLook);
   }
   return true;
}

bool LineWorker::wait_until(Deadline::Clock::time_point end) {
   std::unique_lock lock(shared_->mutex);
   return shared_->changed.wait_until(lock, end, [&] { return shared_->job == Job::none; });
}

TSS2_RC LineWorker::result() const {
   const std::lock_guard lock(shared_->mutex);
   return shared_->result;
}

Bytes LineWorker::take_response() {
   const std::lock_guard lock(shared_->mutex);
   return std::move(shared_->response);
}

bool LineWorker::finish() {
   bool was_idle = false;
   {
      const std::lock_guard lock(shared_->mutex);
      was_idle = shared_->job == Job::none;
      shared_->job = Job::disconnect;
   }
   shared_->changed.notify_all();
   return was_idle;
}

bool LineWorker::finishes_until(Deadline::Clock::time_point end) {
   std::unique_lock lock(shared_->mutex);
   return shared_->changed.wait_until(lock, end, [&] { return shared_->is_finished; });
}

LineWorker::~LineWorker() {
   finish();
   if (finishes_until(Deadline::Clock::now())) {
      thread_.join();
   } else {
      thread_.detach();
   }
}

} // namespace tpm2
