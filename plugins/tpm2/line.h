// SPDX-License-Identifier: Apache-2.0
//
// Line: a connection to a TPM that cannot hang its user and leaves nothing behind in the TPM.
//
// The TCTI modules of TPM2-TSS wait without a limit: for the answer (tcti-swtpm ignores timeouts), and
// while they connect. So a thread of the line does all that waits, and the caller waits for the thread,
// to a deadline. A caller that gives up leaves the thread behind; it ends by itself when the TPM
// answers after all, and until then keeps what it needs alive (R-ABN-1). The end of an instance waits
// for it a little (left_behind.h).
//
// The line also reads along. What a command loads or starts in the TPM is noted until it is flushed,
// and flushed when the line is closed: when the layers above lost their way after an error, and by the
// thread that was left behind, too.

#ifndef TPM2_LINE_H
#define TPM2_LINE_H

#include "deadline.h"

#include <tss2/tss2_tcti.h>

#include <memory>
#include <string>

namespace tpm2 {

class LeftBehind;

enum class LineState {
   open,
   broken, // the TPM or what leads to it went away
   silent, // it did not answer until the deadline; nothing may be sent any more
};

// One command at a time. Not thread-safe.
class Line {
 public:
   // Connects by `tcti`, a string of the TCTI loader ("device:/dev/tpmrm0"). Throws TpmFailure
   // (E_UNAVAILABLE) when there is nothing; what Deadline::check() throws when it takes too long.
   // The line borrows `left_behind`.
   Line(const std::string &tcti, LeftBehind &left_behind, const Deadline &deadline);
   ~Line(); // waits for the thread, if that does not take long; else leaves it behind
   Line(const Line &) = delete;
   Line &operator=(const Line &) = delete;

   // What ESYS talks to.
   TSS2_TCTI_CONTEXT *tcti();

   LineState state() const;

   // Waits for answers until this deadline from now on. Borrowed. Null: kLineGrace for each of them.
   void wait_until(const Deadline *deadline);

 private:
   struct Tcti;
   std::unique_ptr<Tcti> tcti_;
};

} // namespace tpm2

#endif
