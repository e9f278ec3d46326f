// SPDX-License-Identifier: Apache-2.0
//
// Tpm: an ESYS context over a Line, and Handle: something that lies in the TPM until it is flushed.

#ifndef TPM2_TPM_H
#define TPM2_TPM_H

#include "line.h"
#include "tpm_failure.h"

#include <tss2/tss2_esys.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace tpm2 {

// One connection, used by one thread at a time. An error of the line ends it: make a new one.
class Tpm {
 public:
   // Connects. `tcti` empty: the kernel's resource manager /dev/tpmrm0, else tpm2-abrmd. Throws
   // Failure: E_UNAVAILABLE when there is no TPM, E_TIMEOUT.
   // Borrows `left_behind`.
   Tpm(const std::string &tcti, LeftBehind &left_behind, const Deadline &deadline);
   ~Tpm();
   Tpm(const Tpm &) = delete;
   Tpm &operator=(const Tpm &) = delete;

   ESYS_CONTEXT *esys() { return esys_; }

   // Runs one command: `body` makes one call of ESYS and returns its code. Again, with growing pauses,
   // while the TPM asks for that (TPM_RC_RETRY, YIELDED, TESTING). Throws TpmFailure.
   template <class Body>
   void run(const char *command, Body body) {
      Attempts attempts(*this, command);
      while (!attempts.accept(body())) {
      }
   }

   // What follows waits until this deadline. Borrowed.
   void wait_until(const Deadline &deadline);

   // To be said when a connection is kept beyond its deadline's life: closing it, which may then follow,
   // waits for a little.
   void forget_deadline();

   const Deadline &deadline() const { return *deadline_; }

   // To be said before the end of a connection that has done its work: what it has loaded is left to the
   // line, which flushes all of it in one go as it closes.
   void leave_to_line() { is_left_to_line_ = true; }
   bool is_left_to_line() const { return is_left_to_line_; }

   // Whether the connection is lost: nothing that was in the TPM can be reached by it any more.
   bool is_lost() const { return line_->state() != LineState::open; }

   // Whether a resource manager shares the TPM, so that a connection may be kept without harm.
   bool is_shared() const { return is_shared_; }

 private:
   // The tries of one command.
   class Attempts {
    public:
      Attempts(Tpm &tpm, const char *command) : tpm_(tpm), command_(command) {}
      bool accept(TSS2_RC code); // true: done; false: once more

    private:
      Tpm &tpm_;
      const char *command_;
      std::chrono::milliseconds pause_{5};
      TSS2_RC busy_ = TSS2_RC_SUCCESS; // what the TPM said last, if it asked to be asked again
   };

   std::unique_ptr<Line> line_;
   ESYS_CONTEXT *esys_ = nullptr;
   const Deadline *deadline_;
   bool is_shared_;
   bool is_left_to_line_ = false;
};

// Owns what ESYS allocates. Not for secrets: see take_secret().
struct EsysFree {
   void operator()(void *p) const { Esys_Free(p); }
};
template <class T>
using EsysPtr = std::unique_ptr<T, EsysFree>;

// An object or session; flushed when it goes out of scope. Outlived by its Tpm.
class Handle {
 public:
   // A persistent object is not flushed.
   Handle(Tpm &tpm, ESYS_TR tr, bool is_persistent = false)
         : tpm_(&tpm), tr_(tr), is_persistent_(is_persistent) {}
   Handle(Handle &&other) noexcept
         : tpm_(other.tpm_),
           tr_(std::exchange(other.tr_, ESYS_TR_NONE)),
           is_persistent_(other.is_persistent_) {}
   Handle &operator=(Handle &&) = delete;
   Handle(const Handle &) = delete;
   Handle &operator=(const Handle &) = delete;
   ~Handle() { release(); }

   ESYS_TR tr() const { return tr_; }

   void release() noexcept; // now

 private:
   Tpm *tpm_;
   ESYS_TR tr_;
   bool is_persistent_;
};

} // namespace tpm2

#endif
