// SPDX-License-Identifier: Apache-2.0
#include "base/platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "base/path_text.h"
#include "support/scratch_folder.h"

namespace keyseat::platform {
namespace {

constexpr unsigned kPatience = 30000;

// This very test is the child, which is told to answer. (cmd.exe does not read its line as programs do.)
TEST(RunChild, GivesExitCodeAndOutput) {
   constexpr const wchar_t *kAnswer = L"KEYSEAT_TEST_ANSWERS";
   if (environment("KEYSEAT_TEST_ANSWERS")) {
      std::fputs("the child's answer\n", stdout);
      std::fflush(stdout);
      ::TerminateProcess(::GetCurrentProcess(), 3);
   }
   ASSERT_NE(::SetEnvironmentVariableW(kAnswer, L"1"), 0);
   const ChildResult result =
         run_child({path_text(executable_path()), "--gtest_filter=RunChild.GivesExitCodeAndOutput"},
                   kPatience);
   ::SetEnvironmentVariableW(kAnswer, nullptr);
   EXPECT_EQ(result.exit_code, 3);
   EXPECT_FALSE(result.timed_out);
   EXPECT_THAT(result.output, testing::HasSubstr("the child's answer"));
}

TEST(RunChild, HandsItsWordsOverAsTheyAre) {
   // This very program lists its tests by a filter that holds what is hard to quote.
   const ChildResult result =
         run_child({path_text(executable_path()), "--gtest_list_tests",
                    R"(--gtest_filter=RunChild.Hands*:"quoted" \"word\":C:\dir\:схема)"},
                   kPatience);
   EXPECT_EQ(result.exit_code, 0);
   EXPECT_THAT(result.output, testing::HasSubstr("HandsItsWordsOverAsTheyAre"));
}

TEST(RunChild, EndsAtTheDeadline) {
   // This very test is the child, which is told to sleep.
   constexpr const wchar_t *kSleep = L"KEYSEAT_TEST_SLEEPS";
   if (environment("KEYSEAT_TEST_SLEEPS")) ::Sleep(60'000);
   ASSERT_NE(::SetEnvironmentVariableW(kSleep, L"1"), 0);
   const auto start = std::chrono::steady_clock::now();
   const ChildResult result = run_child(
         {path_text(executable_path()), "--gtest_filter=RunChild.EndsAtTheDeadline"}, 2000);
   ::SetEnvironmentVariableW(kSleep, nullptr);
   EXPECT_EQ(result.exit_code, 128 + 9);
   EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(RunChild, ThatCannotStartIsAnError) {
   try {
      run_child({R"(C:\no\such\program.exe)"}, kPatience);
      FAIL();
   } catch (const Error &error) {
      EXPECT_EQ(error.code(), ErrorCode::io);
      EXPECT_THAT(error.message(), testing::HasSubstr("program.exe"));
   }
}

TEST(Places, FollowTheEnvironment) {
   ASSERT_NE(::SetEnvironmentVariableW(L"USERPROFILE", L"C:\\Users\\Jos\u00e9"), 0);
   ASSERT_NE(::SetEnvironmentVariableW(L"APPDATA", L"C:\\Users\\Jos\u00e9\\Roaming"), 0);
   EXPECT_EQ(path_text(home_folder()), "C:\\Users\\José");
   EXPECT_EQ(path_text(user_config_folder()), "C:\\Users\\José\\Roaming\\keyseat");
   ::SetEnvironmentVariableW(L"APPDATA", L"relative");
   EXPECT_TRUE(user_config_folder().is_absolute());
}

TEST(Places, OfTheSystemDoNotFollowTheEnvironment) {
   const auto before = system_config_folder();
   ASSERT_NE(::SetEnvironmentVariableW(L"ProgramData", L"C:\\elsewhere"), 0);
   EXPECT_EQ(system_config_folder(), before);
   EXPECT_EQ(before.filename(), "keyseat");
   EXPECT_TRUE(before.is_absolute());
}

TEST(Places, NameThisProgram) { EXPECT_EQ(executable_path().filename(), "base_test.exe"); }

TEST(Environment, KnowsSetAndUnset) {
   ::SetEnvironmentVariableW(L"KEYSEAT_TEST_VARIABLE", std::wstring(1000, L'x').c_str());
   EXPECT_EQ(environment("KEYSEAT_TEST_VARIABLE"), std::string(1000, 'x'));
   ::SetEnvironmentVariableW(L"KEYSEAT_TEST_VARIABLE", L"");
   EXPECT_EQ(environment("KEYSEAT_TEST_VARIABLE"), "");
   ::SetEnvironmentVariableW(L"KEYSEAT_TEST_VARIABLE", nullptr);
   EXPECT_FALSE(environment("KEYSEAT_TEST_VARIABLE").has_value());
}

TEST(Console, ThatIsAbsentCannotBeAsked) {
   ::FreeConsole();
   EXPECT_FALSE(has_terminal());
   EXPECT_FALSE(ask_terminal(key_memory(), "PIN: ", false).has_value());
}

TEST(SecretPages, BeyondTheWorkingSetAreLocked) {
   const std::size_t size = std::size_t{4} << 20;
   void *p = map_secret_pages(size);
   ASSERT_NE(p, nullptr);
   EXPECT_TRUE(lock_pages(p, size));
   static_cast<std::uint8_t *>(p)[size - 1] = 1;
   wipe(p, size);
   EXPECT_EQ(static_cast<std::uint8_t *>(p)[size - 1], 0);
   unmap_secret_pages(p, size);
}

TEST(Libraries, AreLookedForInNoFolderOfTheUser) {
   const ScratchFolder folder;
   std::filesystem::copy_file(KEYSEAT_BUILD_DIR "/lib/keyseat/plugins/keyfile.dll",
                              folder / "planted.dll");
   const auto before = std::filesystem::current_path();
   std::filesystem::current_path(folder.path());
   const auto loads = [](const wchar_t *name) {
      const HMODULE library = ::LoadLibraryW(name);
      if (library != nullptr) ::FreeLibrary(library);
      return library != nullptr;
   };
   EXPECT_TRUE(loads(L"planted.dll")) << "Windows looks into the working folder";
   restrict_library_search();
   EXPECT_FALSE(loads(L"planted.dll"));
   EXPECT_TRUE(loads(L"version.dll")) << "a library of Windows";
   std::filesystem::current_path(before);
   EXPECT_EQ(library_load_flags(),
             unsigned{LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32});
}

} // namespace
} // namespace keyseat::platform
