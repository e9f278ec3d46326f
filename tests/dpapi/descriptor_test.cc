// SPDX-License-Identifier: Apache-2.0
//
// What a protection descriptor says of who opens, and where.

#include "dpapi/descriptor.h"

#include <keyseat/plugin/instance.h>

#include <gtest/gtest.h>

namespace {

constexpr std::uint32_t kMachine = KEYSEAT_CAP_MACHINE_BOUND;
constexpr std::uint32_t kUser = KEYSEAT_CAP_MACHINE_BOUND | KEYSEAT_CAP_USER_BOUND;
constexpr std::uint32_t kNetwork = KEYSEAT_CAP_NETWORK;

using dpapi::capabilities_of_descriptor;
using dpapi::ends_with_session;

} // namespace

TEST(DpapiDescriptor, LocalIsBoundAndAGroupTakesTheNetwork) {
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=machine"), kMachine);
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=user"), kUser);
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=logon"), kUser);
   EXPECT_EQ(capabilities_of_descriptor("SID=S-1-5-21-4392301"), kNetwork);
   EXPECT_EQ(capabilities_of_descriptor("SDDL=O:SYG:SYD:(A;;CCDC;;;S-1-5-5-0-290724)"), kNetwork);
   EXPECT_EQ(capabilities_of_descriptor("CERTIFICATE=HashId:00ff"), 0u);
   EXPECT_EQ(capabilities_of_descriptor("WEBCREDENTIALS=MyPasswordName"), 0u);
}

TEST(DpapiDescriptor, TheNamesOfProtectorsHaveNoCase) {
   EXPECT_EQ(capabilities_of_descriptor("local=machine"), kMachine);
   EXPECT_EQ(capabilities_of_descriptor("Local=User"), kUser);
   EXPECT_EQ(capabilities_of_descriptor("sid=S-1-5-21-4392301"), kNetwork);
}

TEST(DpapiDescriptor, AnAlternativeElsewhereLoosensAndAFurtherConditionTightens) {
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=user OR CERTIFICATE=HashId:00ff"), 0u);
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=user OR SID=S-1-5-21-4392301"), kNetwork);
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=user OR LOCAL=machine"), kMachine);
   EXPECT_EQ(capabilities_of_descriptor("LOCAL=machine AND SID=S-1-5-21-4392301"),
             kMachine | kNetwork);
   EXPECT_EQ(capabilities_of_descriptor("CERTIFICATE=HashId:00ff AND LOCAL=user OR LOCAL=user"),
             kUser);
}

TEST(DpapiDescriptor, WhatStandsInAValueIsNoProtector) {
   EXPECT_EQ(capabilities_of_descriptor("CERTIFICATE=CertBlob:AAAASID="), 0u);
   EXPECT_EQ(capabilities_of_descriptor("WEBCREDENTIALS=LOCAL=user"), 0u);
}

TEST(DpapiDescriptor, EndsWithTheSessionWhereEveryAlternativeDoes) {
   EXPECT_TRUE(ends_with_session("LOCAL=logon"));
   EXPECT_TRUE(ends_with_session("local=LOGON AND SID=S-1-5-21-4392301"));
   EXPECT_TRUE(ends_with_session("LOCAL=logon OR SID=S-1-5-21-4392301 AND LOCAL=logon"));
   EXPECT_FALSE(ends_with_session("LOCAL=logon OR LOCAL=user"));
   EXPECT_FALSE(ends_with_session("LOCAL=user"));
   EXPECT_FALSE(ends_with_session("WEBCREDENTIALS=logon"));
}
