// SPDX-License-Identifier: Apache-2.0
//
// The worker is killed before and after each frame of a call. No key is lost and none comes twice: what
// the call had to do is done or undone, and whoever was told so was told the truth.

#include "contract/contract_test.h"
#include "contract/killed_library.h"

#include <keyseat/plugin/ext_keys.h>

#include <string>

namespace contract {

namespace {

// One of these is what a caller hears of a worker that is gone.
bool is_loss(keyseat_status status) { return status == KEYSEAT_E_UNAVAILABLE; }

} // namespace

class Killed : public ContractTest {
 protected:
   // Runs `call` once for each moment, with a fresh instance each time, and `check` with what it came
   // to; ends with the first moment that the call does not live to see. `open` makes the instance.
   template <class Open, class CallIt, class Check>
   void at_each_moment(Open open_it, CallIt call, Check check) {
      int moments = 0;
      for (bool came = true; came; ++moments) {
         SCOPED_TRACE("moment " + std::to_string(moments));
         const auto opened = open_it();
         moment().arm(moments);
         const auto outcome = call(*opened);
         came = moment().disarm();
         ASSERT_NO_FATAL_FAILURE(check(*opened, outcome));
         ASSERT_LT(moments, 100) << "the call does not end";
      }
      EXPECT_GE(moments, 5) << "a call and its answer have two moments each, and the last is none";
   }

   // There is one key, and what it wraps, a new worker unwraps.
   void expect_key(const Opened &opened, const std::string &kid) {
      const Bytes cek = random_cek();
      const Wrapped wrapped = opened.wrap(cek);
      ASSERT_TRUE(is_ok(wrapped));
      EXPECT_TRUE(yields(cek, opened.unwrap(wrapped)));
      const StatusOutcome status = opened.status();
      EXPECT_EQ(status.health, KEYSEAT_HEALTH_OK);
      EXPECT_TRUE(kid.empty() || status.kid == kid) << status.kid;
      const ListOutcome listed = opened.list();
      EXPECT_TRUE(is_ok(listed));
      EXPECT_EQ(listed.keys.size(), 1U);
   }
};

TEST_F(Killed, DuringCreateThereIsOneKeyAfterwardsOrNone) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   at_each_moment(
         [&] { return open_without_key(host_); },
         [&](const Opened &opened) {
            return opened.create(configuration().key_type, create_flags());
         },
         [&](const Opened &opened, const TextOutcome &created) {
            std::string kid = created.text;
            if (is_loss(created.status)) { // a PIN was given: it is not made again by itself
               const TextOutcome again = opened.create(configuration().key_type, create_flags());
               ASSERT_TRUE(again.status == KEYSEAT_OK || again.status == KEYSEAT_E_KEY_EXISTS);
               kid = again.text;
            } else {
               ASSERT_TRUE(created.status == KEYSEAT_OK || created.status == KEYSEAT_E_KEY_EXISTS);
            }
            ASSERT_NO_FATAL_FAILURE(expect_key(opened, kid));
            EXPECT_TRUE(is_ok(opened.destroy(opened.status().kid)));
         });
}

TEST_F(Killed, DuringReplaceTheOldKeyIsThereOrTheNewOne) {
   SKIP_UNLESS_OFFERED(KEYSEAT_EXT_KEYS);
   const Bytes cek = random_cek();
   Wrapped old;
   at_each_moment(
         [&] {
            auto opened = open();
            old = opened->wrap(cek);
            return opened;
         },
         [&](const Opened &opened) {
            return opened.create(configuration().key_type, create_flags() | KEYSEAT_KEYS_REPLACE);
         },
         [&](const Opened &opened, const TextOutcome &created) {
            ASSERT_TRUE(created.status == KEYSEAT_OK || is_loss(created.status));
            ASSERT_NO_FATAL_FAILURE(expect_key(opened, created.text));
            const Unwrapped unwrapped = opened.unwrap(old);
            if (unwrapped.status == KEYSEAT_OK) {
               EXPECT_EQ(unwrapped.cek, cek);
               EXPECT_NE(created.status, KEYSEAT_OK) << "the old key is still there";
            } else {
               EXPECT_TRUE(fails_with(KEYSEAT_E_NOT_MINE, unwrapped));
            }
         });
}

TEST_F(Killed, DuringUnwrapTheCekComesOrAnErrorAndTheNextUnwrapHasIt) {
   const Bytes cek = random_cek();
   const Wrapped wrapped = open()->wrap(cek);
   at_each_moment([&] { return open(); },
                  [&](const Opened &opened) { return opened.unwrap(wrapped); },
                  [&](const Opened &opened, const Unwrapped &unwrapped) {
                     if (unwrapped.status == KEYSEAT_OK) {
                        EXPECT_EQ(unwrapped.cek, cek);
                     } else {
                        EXPECT_TRUE(is_loss(unwrapped.status)) << unwrapped.status;
                        EXPECT_TRUE(prompts()) << "it is made again where nobody was asked";
                     }
                     EXPECT_TRUE(yields(cek, opened.unwrap(wrapped)));
                  });
}

TEST_F(Killed, DuringWrapWhatComesOutOpens) {
   at_each_moment([&] { return open(); },
                  [&](const Opened &opened) { return opened.wrap(Bytes(KEYSEAT_CEK_SIZE, 7)); },
                  [&](const Opened &opened, const Wrapped &wrapped) {
                     if (wrapped.status != KEYSEAT_OK) {
                        EXPECT_TRUE(is_loss(wrapped.status)) << wrapped.status;
                        EXPECT_TRUE(prompts()) << "it is made again where nobody was asked";
                        return;
                     }
                     EXPECT_TRUE(yields(Bytes(KEYSEAT_CEK_SIZE, 7), opened.unwrap(wrapped)));
                  });
}

} // namespace contract
