// SPDX-License-Identifier: Apache-2.0
//
// Crew: the worker that serves one instance, and those that take its place when it ends.

#ifndef KEYSEAT_HOST_CREW_H
#define KEYSEAT_HOST_CREW_H

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "host/worker.h"

namespace keyseat {

// Lends out channels, one for each call. The first successor of a worker starts at once, the second
// after a pause; when three have been lost within a minute there is none until that minute is over:
// a token counts wrong PINs, and a crash may come of one. Thread-safe.
class Crew {
   struct Team;

 public:
   Crew(const WorkerLauncher &launcher, WorkerPaths paths)
         : launcher_(launcher), paths_(std::move(paths)) {}
   Crew(const Crew &) = delete;
   Crew &operator=(const Crew &) = delete;
   ~Crew() = default;

   // A channel, lent until its destruction.
   class Seat {
    public:
      Seat(Crew &crew, std::shared_ptr<Team> team, std::size_t index)
            : crew_(&crew), team_(std::move(team)), index_(index) {}
      Seat(Seat &&other) noexcept = default;
      Seat(const Seat &) = delete;
      Seat &operator=(const Seat &) = delete;
      Seat &operator=(Seat &&) = delete;
      ~Seat();

      Worker &worker() const;
      platform::Channel &channel() const;

      // The worker has just started: whoever has this seat opens the instance, and tells the crew.
      bool is_to_open() const;

    private:
      friend class Crew;
      Crew *crew_;
      std::shared_ptr<Team> team_;
      std::size_t index_;
   };

   // Waits while all channels are lent, or the instance is being opened; starts a worker where there
   // is none. Throws Error(protector_unavailable, plugin_refused).
   Seat take();

   // A channel of the worker that there is, if it has an instance. Starts none.
   std::unique_ptr<Seat> take_if_open();

   void opened(const Seat &seat);         // others may take seats
   void allow_parallel(const Seat &seat); // all channels may be used
   void dismiss(const Seat &seat);        // there is no instance to close: the worker is ended

   // The worker is lost, or is to be ended since it hangs. Says how it ended (Worker::end()).
   std::string lose(const Seat &seat);

   // The instance is closed: the worker may go.
   void retire(const Seat &seat);

 private:
   using Clock = std::chrono::steady_clock;

   void start();
   std::unique_ptr<Seat> free_seat();
   void give_back(const Seat &seat);
   void forget(const Seat &seat);

   const WorkerLauncher &launcher_;
   const WorkerPaths paths_;
   std::mutex mutex_; // for what follows
   std::condition_variable changed_;
   std::shared_ptr<Team> team_;         // null: none
   std::deque<Clock::time_point> lost_; // within the last minute, oldest first
   bool gave_up_ = false;
};

} // namespace keyseat

#endif
