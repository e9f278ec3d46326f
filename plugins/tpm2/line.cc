// SPDX-License-Identifier: Apache-2.0

#include "line.h"

#include "left_behind.h"
#include "line_worker.h"
#include "tpm_failure.h"

#include <algorithm>
#include <cstring>

namespace tpm2 {

namespace {

constexpr std::uint64_t kMagic = 0x6b65797365617431; // "keyseat1"

} // namespace

// What ESYS sees: a TCTI of our own in front of the real one.
struct Line::Tcti {
   TSS2_TCTI_CONTEXT_COMMON_V2 common{};
   std::list<LineWorker> worker; // one, so that it can be handed over without an allocation
   LeftBehind &left_behind;
   const Deadline *deadline;
   LineState state = LineState::open;
   Bytes response; // received and not yet handed on

   Tcti(const std::string &tcti, LeftBehind &keeper, const Deadline &until)
         : left_behind(keeper), deadline(&until) {
      worker.emplace_back(tcti);
      common.v1.magic = kMagic;
      common.v1.version = 2;
      common.v1.transmit = transmit;
      common.v1.receive = receive;
      common.v1.finalize = [](TSS2_TCTI_CONTEXT *) {};
      common.v1.cancel = [](TSS2_TCTI_CONTEXT *) -> TSS2_RC {
         return TSS2_TCTI_RC_NOT_IMPLEMENTED;
      };
      common.v1.getPollHandles = [](TSS2_TCTI_CONTEXT *, TSS2_TCTI_POLL_HANDLE *,
                                    std::size_t *) -> TSS2_RC {
         return TSS2_TCTI_RC_NOT_IMPLEMENTED;
      };
      common.v1.setLocality = [](TSS2_TCTI_CONTEXT *, std::uint8_t) -> TSS2_RC {
         return TSS2_TCTI_RC_NOT_IMPLEMENTED;
      };
      common.makeSticky = [](TSS2_TCTI_CONTEXT *, TPM2_HANDLE *, std::uint8_t) -> TSS2_RC {
         return TSS2_TCTI_RC_NOT_IMPLEMENTED;
      };
   }

   ~Tcti() {
      const bool was_idle = worker.front().finish();
      if (was_idle && finishes_in_time()) return;
      left_behind.take(worker);
   }
   Tcti(const Tcti &) = delete;
   Tcti &operator=(const Tcti &) = delete;

   static Tcti &of(TSS2_TCTI_CONTEXT *context) { return *reinterpret_cast<Tcti *>(context); }

   static TSS2_RC transmit(TSS2_TCTI_CONTEXT *context, std::size_t size, const std::uint8_t *data) {
      Tcti &self = of(context);
      if (self.state != LineState::open) return TSS2_TCTI_RC_IO_ERROR;
      self.response.clear();
      self.worker.front().send(Bytes(data, data + size));
      return TSS2_RC_SUCCESS;
   }

   // ESYS waits without a limit; the limit is the deadline. Without `data` it asks for the size only.
   static TSS2_RC receive(TSS2_TCTI_CONTEXT *context, std::size_t *size, std::uint8_t *data,
                          std::int32_t) {
      Tcti &self = of(context);
      if (size == nullptr) return TSS2_TCTI_RC_BAD_REFERENCE;
      const TSS2_RC rc = self.finish_exchange();
      if (rc != TSS2_RC_SUCCESS) return rc;
      if (data != nullptr && self.response.size() > *size) return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
      *size = self.response.size();
      if (data == nullptr) return TSS2_RC_SUCCESS;
      std::copy(self.response.begin(), self.response.end(), data);
      self.response.clear();
      return TSS2_RC_SUCCESS;
   }

   TSS2_RC finish_exchange() {
      if (!response.empty()) return TSS2_RC_SUCCESS;
      if (state != LineState::open) return TSS2_TCTI_RC_IO_ERROR;
      if (!is_answered()) {
         state = LineState::silent;
         return TSS2_TCTI_RC_IO_ERROR;
      }
      const TSS2_RC rc = worker.front().result();
      if (rc != TSS2_RC_SUCCESS) state = LineState::broken;
      response = worker.front().take_response();
      return rc;
   }

   bool finishes_in_time() {
      const auto end = Deadline::Clock::now() + kLineGrace;
      while (!worker.front().finishes_until(Deadline::Clock::now() + kLineLook)) {
         if (Deadline::Clock::now() >= end) return false;
         if (deadline != nullptr && deadline->is_over()) return false;
      }
      return true;
   }

   bool is_answered() {
      if (deadline != nullptr) return worker.front().wait(*deadline);
      return worker.front().wait_until(Deadline::Clock::now() + kLineGrace);
   }
};

Line::Line(const std::string &tcti, LeftBehind &left_behind, const Deadline &deadline)
      : tcti_(std::make_unique<Tcti>(tcti, left_behind, deadline)) {
   if (!tcti_->worker.front().wait(deadline)) deadline.check();
   const TSS2_RC rc = tcti_->worker.front().result();
   if (rc != TSS2_RC_SUCCESS) throw cannot_connect(tcti, rc);
}

Line::~Line() = default;

TSS2_TCTI_CONTEXT *Line::tcti() { return reinterpret_cast<TSS2_TCTI_CONTEXT *>(tcti_.get()); }

LineState Line::state() const { return tcti_->state; }

void Line::wait_until(const Deadline *deadline) { tcti_->deadline = deadline; }

} // namespace tpm2
