// SPDX-License-Identifier: Apache-2.0
//
// From a plugin's status to an Error.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <map>

#include "host/plugin_error.h"

namespace keyseat {
namespace {

using ::testing::HasSubstr;

TEST(PluginError, HasACodeForEachStatus) {
   const std::map<keyseat_status, ErrorCode> codes{
         {KEYSEAT_E_UNSUPPORTED, ErrorCode::unsupported},
         {KEYSEAT_E_CONFIG, ErrorCode::config_invalid},
         {KEYSEAT_E_KEY_MISSING, ErrorCode::key_missing},
         {KEYSEAT_E_KEY_EXISTS, ErrorCode::key_exists},
         {KEYSEAT_E_LIMIT, ErrorCode::unsupported},
         {KEYSEAT_E_DENIED, ErrorCode::protector_unavailable},
         {KEYSEAT_E_KEY_LOST, ErrorCode::no_recipient},
         {KEYSEAT_E_AUTH_REQUIRED, ErrorCode::auth_required},
         {KEYSEAT_E_AUTH_FAILED, ErrorCode::auth_failed},
         {KEYSEAT_E_AUTH_LOCKED, ErrorCode::auth_locked},
         {KEYSEAT_E_DECLINED, ErrorCode::declined},
         {KEYSEAT_E_NOT_MINE, ErrorCode::plugin_defect},
         {KEYSEAT_E_TAMPERED, ErrorCode::credential_refused},
         {KEYSEAT_E_TOO_NEW, ErrorCode::credential_refused},
         {KEYSEAT_E_UNAVAILABLE, ErrorCode::protector_unavailable},
         {KEYSEAT_E_BUSY, ErrorCode::protector_unavailable},
         {KEYSEAT_E_TIMEOUT, ErrorCode::protector_unavailable},
         {KEYSEAT_E_CANCELLED, ErrorCode::protector_unavailable},
         {KEYSEAT_E_NO_MEMORY, ErrorCode::protector_unavailable},
         {KEYSEAT_E_IO, ErrorCode::protector_unavailable},
         {KEYSEAT_E_INTERNAL, ErrorCode::plugin_defect},
         {4711, ErrorCode::plugin_defect},
         {-1, ErrorCode::plugin_defect},
   };
   for (const auto &[status, code] : codes) {
      const Error error = plugin_error("protector 'dev'", status, std::nullopt);
      EXPECT_EQ(error.code(), code) << status;
      EXPECT_THAT(error.message(), ::testing::StartsWith("protector 'dev': ")) << status;
   }
}

TEST(PluginError, SaysWhenToTryAgainAndHowOften) {
   Explanation said;
   said.status = KEYSEAT_E_AUTH_LOCKED;
   said.message = "the TPM is in lockout";
   said.retry_after_ms = 117001;
   said.tries_left = 0;
   said.native_domain = "tss2";
   said.native_code = 0x921;
   EXPECT_EQ(plugin_error("protector 'node'", said.status, said).message(),
             "protector 'node': the TPM is in lockout (0 tries left; try again in 118 s; tss2 code "
             "0x921)");
}

TEST(PluginError, TranslatesErrno) {
   Explanation said;
   said.status = KEYSEAT_E_IO;
   said.message = "the key file cannot be read";
   said.native_domain = "errno";
   said.native_code = EACCES;
   EXPECT_THAT(plugin_error("x", said.status, said).message(), HasSubstr("Permission denied"));
}

TEST(PluginError, PointsToTheOptionThatIsToBlame) {
   Explanation said;
   said.status = KEYSEAT_E_CONFIG;
   said.message = "is no key";
   said.option = "a/b";
   const Error error = plugin_error("x", said.status, said);
   EXPECT_EQ(error.message(), "x: option 'a/b': is no key");
   EXPECT_EQ(error.place().pointer, "/a~1b");
}

TEST(PluginError, IgnoresAnExplanationThatIsTooShortToBeOne) {
   keyseat_error error{};
   error.struct_size = 8;
   EXPECT_FALSE(copy_explanation(error));
}

} // namespace
} // namespace keyseat
