// SPDX-License-Identifier: Apache-2.0

#include "contract/host.h"
#include "contract/status_name.h"
#include "contract/subject.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace contract {

namespace {

constexpr std::string_view kSubject = "test the contract";
constexpr std::string_view kContext = R"({"name":"contract"})";

// A flag that no draft knows yet, and a value for what is reserved: a plugin ignores both.
constexpr std::uint32_t kUnknownFlag = 1u << 30;
constexpr std::uint32_t kReservedValue = 0xa5a5a5a5;

// So many calls of each host: enough to find who keeps what it was lent, and far fewer than there are.
constexpr unsigned kCallsOnPages = 24;

struct GrownCall {
   keyseat_call c;
   std::uint8_t newer[32];
};

} // namespace

Call::Call(Host &host) : host_(host), lent_(host.count_call() <= kCallsOnPages) {
   auto *grown = lent_.array<GrownCall>(1);
   c_ = &grown->c;
   c_->struct_size = sizeof *grown;
   c_->flags = kUnknownFlag;
   std::random_device random;
   for (std::uint8_t &byte : c_->request_id)
      byte = static_cast<std::uint8_t>(random());
   c_->timeout_ms = 30'000;
   c_->reserved = kReservedValue;
   c_->host_data = this;
   c_->subject = lent_.text(kSubject);
   c_->context = lent_.text(kContext);
   c_->is_cancelled = is_cancelled;
   c_->fail = fail;
   std::memset(grown->newer, 0xa5, sizeof grown->newer);
}

void Call::set_request_id(std::uint8_t fill) {
   std::memset(c_->request_id, fill, sizeof c_->request_id);
}

std::uint32_t Call::is_cancelled(const keyseat_call *call) { return of(call).cancelled_ ? 1 : 0; }

void Call::fail(const keyseat_call *call, const keyseat_error *error) {
   Call &self = of(call);
   EXPECT_GE(error->struct_size, sizeof(keyseat_error)) << "R-GRW-2";
   const Explained explained{
         error->status,           or_empty(error->message),       or_empty(error->hint),
         or_empty(error->option), or_empty(error->native_domain), error->native_code};
   self.check(explained);
   const std::lock_guard lock(self.mutex_);
   self.reports_.push_back(explained);
}

void Call::check(const Explained &explained) const {
   EXPECT_FALSE(explained.message.empty()) << "R-ERR-1: a failure without a message";
   host_.check_text("message", explained.message, KEYSEAT_MAX_TEXT);
   host_.check_text("hint", explained.hint, KEYSEAT_MAX_TEXT);
   host_.check_text("domain of a native code", explained.native_domain, KEYSEAT_MAX_TEXT);
   host_.check_text("name of an option", explained.option, KEYSEAT_MAX_TEXT);
   const Library *library = subject().library.get(); // null in tests of single plugins
   EXPECT_TRUE(explained.option.empty() || library == nullptr ||
               library->has_option(explained.option))
         << "status.h: '" << explained.option << "' is to blame, and is no option";
}

keyseat_status Call::run(const char *what,
                         const std::function<keyseat_status(const keyseat_call *)> &f) {
   const std::size_t asked_before = host_.asked().size();
   keyseat_status status = KEYSEAT_E_INTERNAL;
   try {
      status = f(c());
   } catch (...) {
      ADD_FAILURE() << "R-UNW-1: " << what << " has thrown an exception";
      lent_.take_back();
      return KEYSEAT_E_INTERNAL;
   }
   lent_.take_back();
   EXPECT_TRUE(is_known(status)) << "R-ERR-3: " << what << " returns " << status_name(status);
   const bool explained_by_host =
         host_.asked().size() > asked_before &&
         (status == KEYSEAT_E_AUTH_REQUIRED || status == KEYSEAT_E_DECLINED);
   if (status != KEYSEAT_OK) check_explanation(what, status, explained_by_host);
   return status;
}

void Call::check_explanation(const char *what, keyseat_status status, bool explained_by_host) {
   if (reports_.empty()) {
      EXPECT_TRUE(explained_by_host) << "R-ERR-1: " << what << " fails with " << status_name(status)
                                     << " and does not explain it";
      return;
   }
   EXPECT_EQ(reports_.size(), 1u) << "R-ERR-1: " << what << " explains one failure repeatedly";
   EXPECT_EQ(reports_.back().status, status)
         << "R-ERR-1: " << what << " explains " << status_name(reports_.back().status)
         << " and returns " << status_name(status);
   explained_ = reports_.back();
}

} // namespace contract
