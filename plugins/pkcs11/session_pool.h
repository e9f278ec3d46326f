// SPDX-License-Identifier: Apache-2.0
//
// SessionPool: sessions with one token, kept open between calls. Session: one of them, borrowed.

#ifndef PKCS11_SESSION_POOL_H
#define PKCS11_SESSION_POOL_H

#include "module.h"

#include <keyseat/sdk/call.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace pkcs11 {

using keyseat::sdk::Call;

class SessionPool;

// A session that one thread has for itself. Goes back to its pool when it ends, unless discard() was
// called. The pool outlives it.
class Session {
 public:
   Session(SessionPool &pool, CK_SESSION_HANDLE handle) : pool_(&pool), handle_(handle) {}
   Session(Session &&other) noexcept;
   Session(const Session &) = delete;
   Session &operator=(const Session &) = delete;
   Session &operator=(Session &&) = delete;
   ~Session();

   CK_SESSION_HANDLE handle() const { return handle_; }

   // Something went wrong in it: it is closed, not used again.
   void discard() { is_good_ = false; }

 private:
   SessionPool *pool_; // null: moved from
   CK_SESSION_HANDLE handle_;
   bool is_good_ = true;
};

// Grows with the number of threads that work at once, as far as the token allows; then threads wait
// for each other. The login of a process ends with its last session, so that a session that is
// discarded is replaced before it is closed. Only sessions of this pool are ever closed. Thread-safe.
class SessionPool {
 public:
   SessionPool(std::shared_ptr<const Module> module, CK_SLOT_ID slot);
   SessionPool(const SessionPool &) = delete;
   SessionPool &operator=(const SessionPool &) = delete;
   ~SessionPool();

   // A session for reading and for operations. Throws CryptokiError, Failure(KEYSEAT_E_CANCELLED).
   Session take(const Call &call);

   // A session that may write to the token, for its caller alone; closed at its end.
   class Writing {
    public:
      explicit Writing(SessionPool &pool);
      Writing(const Writing &) = delete;
      Writing &operator=(const Writing &) = delete;
      ~Writing();
      CK_SESSION_HANDLE handle() const { return handle_; }

    private:
      SessionPool &pool_;
      CK_SESSION_HANDLE handle_;
   };

   // Replaces the sessions that nobody uses by a new one: they may be as dead as the one that showed
   // it. Throws CryptokiError.
   void renew();

   // The token is gone, or the process is another one: sessions are forgotten, not closed.
   void abandon();

 private:
   friend class Session;
   CK_SESSION_HANDLE open(CK_FLAGS flags) const;
   void give_back(CK_SESSION_HANDLE handle, bool is_good) noexcept;

   std::shared_ptr<const Module> module_;
   CK_SLOT_ID slot_;
   std::mutex mutex_;
   std::condition_variable given_back_;
   std::vector<CK_SESSION_HANDLE> idle_;
   std::size_t in_use_ = 0;
   bool is_abandoned_ = false;
};

} // namespace pkcs11

#endif
