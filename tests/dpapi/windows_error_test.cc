// SPDX-License-Identifier: Apache-2.0
//
// What codes of Windows are called, and which of them unwrap() may tell (R-INT-2).

#include "dpapi/windows_error.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using dpapi::WindowsError;

std::string meaning(std::uint32_t code) {
   return dpapi::meaning_of(WindowsError("CryptUnprotectData", code));
}

keyseat_status status(std::uint32_t code) {
   return dpapi::failure_of("it does not open", WindowsError("CryptUnprotectData", code)).status();
}

std::string hint(std::uint32_t code) {
   return dpapi::failure_of("it does not open", WindowsError("CryptUnprotectData", code)).hint();
}

} // namespace

TEST(DpapiWindowsError, SaysWhatACodeMeansAndNamesIt) {
   EXPECT_NE(meaning(13).find("ERROR_INVALID_DATA 0xd"), std::string::npos);
   EXPECT_NE(meaning(0x8009000b).find("key not valid for use in specified state"),
             std::string::npos);
   EXPECT_NE(meaning(0x8009000b).find("NTE_BAD_KEY_STATE 0x8009000b"), std::string::npos);
   EXPECT_NE(meaning(1722).find("RPC_S_SERVER_UNAVAILABLE"), std::string::npos);
}

TEST(DpapiWindowsError, AnHresultOfAWin32CodeMeansTheSame) {
   EXPECT_NE(meaning(0x8007000d).find("ERROR_INVALID_DATA"), std::string::npos);
   EXPECT_EQ(status(0x800706ba), status(1722));
}

TEST(DpapiWindowsError, AnUnknownCodeIsShownWithItsFunction) {
   EXPECT_EQ(meaning(0xdead), "CryptUnprotectData failed (0xdead)");
   EXPECT_EQ(status(0xdead), KEYSEAT_E_DENIED);
}

TEST(DpapiWindowsError, WhatABlobCanCauseIsNeverAboutTheNode) {
   for (const std::uint32_t code :
        {2u, 5u, 13u, 50u, 87u, 1325u, 1355u, 0x80090005u, 0x80090008u, 0x8009000bu, 0x80090011u,
         0x80090022u, 0x8009002cu, 0x80090345u, 0xdeadu}) {
      EXPECT_FALSE(WindowsError("CryptUnprotectData", code).is_about_node()) << code;
   }
   for (const std::uint32_t code : {8u, 14u, 120u, 1722u, 1723u, 1726u, 0x8009000eu}) {
      EXPECT_TRUE(WindowsError("CryptUnprotectData", code).is_about_node()) << code;
   }
}

// The blob names the domain whose controller is asked.
TEST(DpapiWindowsError, ThatAControllerDoesNotAnswerIsAboutTheBlobOfDpapiNg) {
   for (const std::uint32_t code : {1722u, 1723u, 1726u, 1727u, 0x800706bau}) {
      EXPECT_FALSE(WindowsError("NCryptUnprotectSecret", code).is_about_node()) << code;
      EXPECT_TRUE(WindowsError("NCryptProtectSecret", code).is_about_node()) << code;
   }
   EXPECT_TRUE(WindowsError("NCryptUnprotectSecret", 0x8009000e).is_about_node());
   EXPECT_TRUE(WindowsError("NCryptUnprotectSecret", 120).is_about_node());
}

TEST(DpapiWindowsError, TheHintNamesEveryCauseThatIsDocumented) {
   EXPECT_NE(meaning(0x8009000b).find("profile is not loaded"), std::string::npos);
   EXPECT_NE(hint(0x80090345).find("writable domain controller"), std::string::npos);
   EXPECT_NE(hint(1722).find("lsass.exe"), std::string::npos);
}

// Both kinds of DPAPI are forbidden to ask.
TEST(DpapiWindowsError, AKeyThatWantsAPersonIsToldAlikeByBoth) {
   EXPECT_NE(meaning(0x80090022).find("NTE_SILENT_CONTEXT"), std::string::npos);
   EXPECT_EQ(status(0x80090022), status(1325));
}

TEST(DpapiWindowsError, TheStatusSaysWhatAHostDoesNext) {
   EXPECT_EQ(status(13), KEYSEAT_E_DENIED);
   EXPECT_EQ(status(14), KEYSEAT_E_NO_MEMORY);
   EXPECT_EQ(status(1723), KEYSEAT_E_BUSY);
   EXPECT_EQ(status(120), KEYSEAT_E_UNSUPPORTED);
}
