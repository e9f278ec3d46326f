// SPDX-License-Identifier: Apache-2.0

#include "contract/host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

namespace contract {

namespace {

constexpr std::string_view kSubject = "test the contract";
constexpr std::string_view kContext = R"({"name":"contract"})";

constexpr std::array<keyseat_status, 21> kFailures{
      KEYSEAT_E_UNSUPPORTED, KEYSEAT_E_CONFIG,      KEYSEAT_E_KEY_MISSING, KEYSEAT_E_KEY_EXISTS,
      KEYSEAT_E_LIMIT,       KEYSEAT_E_DENIED,      KEYSEAT_E_KEY_LOST,    KEYSEAT_E_AUTH_REQUIRED,
      KEYSEAT_E_AUTH_FAILED, KEYSEAT_E_AUTH_LOCKED, KEYSEAT_E_DECLINED,    KEYSEAT_E_NOT_MINE,
      KEYSEAT_E_TAMPERED,    KEYSEAT_E_TOO_NEW,     KEYSEAT_E_UNAVAILABLE, KEYSEAT_E_BUSY,
      KEYSEAT_E_TIMEOUT,     KEYSEAT_E_CANCELLED,   KEYSEAT_E_NO_MEMORY,   KEYSEAT_E_IO,
      KEYSEAT_E_INTERNAL};

const char *or_empty(const char *text) { return text == nullptr ? "" : text; }

} // namespace

Call::Call(Host &host)
      : subject_{kSubject.data(), kSubject.size()},
        context_{kContext.data(), kContext.size()},
        host_(host) {
   grown_.c.struct_size = sizeof grown_;
   std::random_device random;
   for (std::uint8_t &byte : grown_.c.request_id)
      byte = static_cast<std::uint8_t>(random());
   grown_.c.timeout_ms = 30'000;
   grown_.c.host_data = this;
   grown_.c.subject = &subject_;
   grown_.c.context = &context_;
   grown_.c.is_cancelled = is_cancelled;
   grown_.c.fail = fail;
   std::memset(grown_.newer, 0xa5, sizeof grown_.newer);
}

Call::~Call() { host_.end_call(c()); }

void Call::set_request_id(std::uint8_t fill) {
   std::memset(grown_.c.request_id, fill, sizeof grown_.c.request_id);
}

std::uint32_t Call::is_cancelled(const keyseat_call *call) {
   return static_cast<Call *>(call->host_data)->cancelled_ ? 1 : 0;
}

void Call::fail(const keyseat_call *call, const keyseat_error *error) {
   Call &self = *static_cast<Call *>(call->host_data);
   EXPECT_GE(error->struct_size, sizeof(keyseat_error)) << "R-GRW-2";
   const Explained explained{error->status, or_empty(error->message), or_empty(error->hint),
                             or_empty(error->native_domain), error->native_code};
   EXPECT_FALSE(explained.message.empty()) << "R-ERR-1: a failure without a message";
   self.host_.check_text("message", explained.message + "\n" + explained.hint);
   const std::lock_guard lock(self.mutex_);
   self.reports_.push_back(explained);
}

keyseat_status Call::run(const char *what,
                         const std::function<keyseat_status(const keyseat_call *)> &f) {
   const std::size_t asked_before = host_.asked().size();
   keyseat_status status = KEYSEAT_E_INTERNAL;
   try {
      status = f(c());
   } catch (...) {
      ADD_FAILURE() << "R-UNW-1: " << what << " has thrown an exception";
      return KEYSEAT_E_INTERNAL;
   }
   if (status == KEYSEAT_OK) return status;
   EXPECT_NE(std::find(kFailures.begin(), kFailures.end(), status), kFailures.end())
         << "R-ERR-3: " << what << " returns the unknown status " << status;
   const bool explained_by_host =
         host_.asked().size() > asked_before &&
         (status == KEYSEAT_E_AUTH_REQUIRED || status == KEYSEAT_E_DECLINED);
   if (!reports_.empty()) {
      EXPECT_EQ(reports_.size(), 1u) << "R-ERR-1: " << what << " explains one failure repeatedly";
      EXPECT_EQ(reports_.back().status, status) << "R-ERR-1: " << what;
      explained_ = reports_.back();
   } else if (!explained_by_host) {
      ADD_FAILURE() << "R-ERR-1: " << what << " fails with " << status
                    << " and does not explain it";
   }
   return status;
}

} // namespace contract
