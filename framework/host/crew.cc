// SPDX-License-Identifier: Apache-2.0
#include "host/crew.h"

#include <keyseat/error.h>

#include <fmt/format.h>

#include <array>
#include <thread>

namespace keyseat {
namespace {

constexpr std::chrono::seconds kMemory{60}; // how long a loss counts
constexpr std::size_t kMostLosses = 3;
constexpr std::chrono::milliseconds kPause{250}; // between the second loss and its successor

} // namespace

// One worker and its channels.
struct Crew::Team {
   std::unique_ptr<Worker> worker;
   bool open = false;
   std::size_t usable = 1; // the channels 0 ... usable - 1
   std::array<bool, kParallelCalls> lent{};
};

Crew::Seat::~Seat() {
   if (team_ != nullptr) crew_->give_back(*this);
}

Worker &Crew::Seat::worker() const { return *team_->worker; }

platform::Channel &Crew::Seat::channel() const { return team_->worker->channel(index_); }

bool Crew::Seat::is_to_open() const { return !team_->open; }

Crew::Seat Crew::take() {
   std::unique_lock lock(mutex_);
   for (;;) {
      if (team_ == nullptr) {
         start();
         team_->lent[0] = true;
         return {*this, team_, 0};
      }
      if (auto seat = free_seat()) return std::move(*seat);
      changed_.wait(lock);
   }
}

std::unique_ptr<Crew::Seat> Crew::take_if_open() {
   const std::lock_guard lock(mutex_);
   return team_ == nullptr ? nullptr : free_seat();
} // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it is the caller's

std::unique_ptr<Crew::Seat> Crew::free_seat() {
   if (!team_->open) return nullptr;
   for (std::size_t i = 0; i < team_->usable; ++i) {
      if (std::exchange(team_->lent[i], true)) continue;
      return std::make_unique<Seat>(*this, team_, i);
   }
   return nullptr;
}

void Crew::start() {
   if (gave_up_) {
      throw Error(
            ErrorCode::protector_unavailable,
            fmt::format("{} was given up, and its library hangs in this process", launcher_.noun()))
            .hint("start this program again; with \"isolation\": \"process\" the next call "
                  "recovers by itself");
   }
   const Clock::time_point now = Clock::now();
   while (!lost_.empty() && now - lost_.front() >= kMemory)
      lost_.pop_front();
   if (lost_.size() >= kMostLosses) {
      const auto left = std::chrono::ceil<std::chrono::seconds>(lost_.front() + kMemory - now);
      throw Error(
            ErrorCode::protector_unavailable,
            fmt::format("{} was lost {} times within a minute", launcher_.noun(), lost_.size()))
            .hint(fmt::format("it is started again in {} s; the errors before this one say how it "
                              "was lost",
                              left.count()));
   }
   if (lost_.size() > 1) std::this_thread::sleep_until(lost_.back() + kPause);
   auto team = std::make_shared<Team>();
   team->worker = launcher_.launch(paths_);
   team_ = std::move(team);
}

void Crew::opened(const Seat &seat) {
   const std::lock_guard lock(mutex_);
   seat.team_->open = true;
   changed_.notify_all();
}

void Crew::allow_parallel(const Seat &seat) {
   const std::lock_guard lock(mutex_);
   seat.team_->usable = kParallelCalls;
   changed_.notify_all();
}

void Crew::dismiss(const Seat &seat) {
   forget(seat);
   seat.team_->worker->end();
}

std::string Crew::lose(const Seat &seat) {
   {
      const std::lock_guard lock(mutex_);
      if (team_ == seat.team_) { // the first of its callers to notice
         lost_.push_back(Clock::now());
         gave_up_ = !launcher_.can_restart();
      }
   }
   forget(seat);
   return seat.team_->worker->end();
}

void Crew::retire(const Seat &seat) {
   forget(seat);
   seat.team_->worker->retire();
}

void Crew::forget(const Seat &seat) {
   const std::lock_guard lock(mutex_);
   if (team_ == seat.team_) team_ = nullptr;
   changed_.notify_all();
}

void Crew::give_back(const Seat &seat) {
   const std::lock_guard lock(mutex_);
   seat.team_->lent[seat.index_] = false;
   changed_.notify_all();
}

} // namespace keyseat
