// SPDX-License-Identifier: Apache-2.0

#include "line_worker.h"

#include <tss2/tss2_tctildr.h>

#include <algorithm>
#include <csignal>
#include <vector>

namespace tpm2 {

namespace {

constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::seconds kGrace{2}; // for flushing and disconnecting

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

   void flush_all() {
      Bytes response;
      while (!held_.empty()) {
         if (exchange(held_.take_flush_command(), response) != TSS2_RC_SUCCESS) return;
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

   // Whether the thread flushed and disconnected until then.
   bool finishes_until(Deadline::Clock::time_point end) {
      std::unique_lock lock(mutex);
      return changed.wait_until(lock, end, [&] { return is_finished; });
   }
};

// The threads whose lines are gone. Never destroyed, as they may outlive what is static.
class LineWorker::LeftBehind {
 public:
   static LeftBehind &instance() {
      static LeftBehind &only = *new LeftBehind;
      return only;
   }

   void add(std::shared_ptr<Shared> shared, std::thread thread) {
      const std::lock_guard lock(mutex_);
      end_those_done_until(Deadline::Clock::now());
      members_.push_back({std::move(shared), std::move(thread)});
   }

   void join() {
      const std::lock_guard lock(mutex_);
      end_those_done_until(Deadline::Clock::now() + kGrace);
      for (Member &member : members_)
         member.thread.detach(); // it waits for a silent TPM
      members_.clear();
   }

 private:
   struct Member {
      std::shared_ptr<Shared> shared;
      std::thread thread;
   };

   void end_those_done_until(Deadline::Clock::time_point end) {
      const auto is_done = [&](Member &member) {
         if (!member.shared->finishes_until(end)) return false;
         member.thread.join();
         return true;
      };
      members_.erase(std::remove_if(members_.begin(), members_.end(), is_done), members_.end());
   }

   std::mutex mutex_;
   std::vector<Member> members_;
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
         shared->changed.notify_all();
         shared->changed.wait(lock, [&] { return shared->job != Job::none; });
      }
      lock.unlock();
      connection.flush_all();
   }
   const std::lock_guard lock(shared->mutex);
   shared->is_finished = true;
   shared->changed.notify_all();
}

void LineWorker::send(Bytes command) {
   const std::lock_guard lock(shared_->mutex);
   shared_->command = std::move(command);
   shared_->job = Job::exchange;
   shared_->changed.notify_all();
}

bool LineWorker::wait(const Deadline &deadline) {
   std::unique_lock lock(shared_->mutex);
   while (shared_->job != Job::none) {
      if (deadline.is_over()) return false;
      shared_->changed.wait_for(lock, kLook);
   }
   return true;
}

TSS2_RC LineWorker::result() const {
   const std::lock_guard lock(shared_->mutex);
   return shared_->result;
}

Bytes LineWorker::take_response() {
   const std::lock_guard lock(shared_->mutex);
   return std::move(shared_->response);
}

LineWorker::~LineWorker() {
   std::unique_lock lock(shared_->mutex);
   const bool is_idle = shared_->job == Job::none;
   shared_->job = Job::disconnect;
   shared_->changed.notify_all();
   lock.unlock();
   if (is_idle && shared_->finishes_until(Deadline::Clock::now() + kGrace)) {
      thread_.join();
   } else {
      LeftBehind::instance().add(std::move(shared_), std::move(thread_));
   }
}

void LineWorker::join_left_behind() { LeftBehind::instance().join(); }

} // namespace tpm2
