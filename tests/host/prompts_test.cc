// SPDX-License-Identifier: Apache-2.0
//
// Prompts of plugins: who answers, and how they are refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "base/path_text.h"
#include "host/plugin_call.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

using ::testing::HasSubstr;

// A file of lines, open for reading.
class Lines {
 public:
   explicit Lines(const std::string &content)
         : path_(folder_.put("lines", content)), file_(std::fopen(path_text(path_).c_str(), "rb")) {
      if (file_ == nullptr) throw std::runtime_error("no file of lines");
   }
   Lines(const Lines &) = delete;
   Lines &operator=(const Lines &) = delete;
   ~Lines() { std::fclose(file_); }
   int descriptor() const { return fileno(file_); }
   std::string source() const { return "fd:" + std::to_string(descriptor()); }

 private:
   ScratchFolder folder_;
   std::filesystem::path path_;
   std::FILE *file_;
};

Error wrap_error(Protector &probe) {
   return error_of([&] { probe.wrap({}, some_cek()); });
}

TEST(Prompt, IsAnsweredByThePrompter) {
   ScriptedPrompter prompter({"1234"});
   const auto probe = open_probe({{"ask", "existing"}}, &prompter);
   probe->wrap({.subject = "encrypt the credential of X"}, some_cek());
   ASSERT_EQ(prompter.asked().size(), 1U);
   const PromptRequest &asked = prompter.asked().front();
   EXPECT_EQ(asked.kind, PromptKind::existing);
   EXPECT_EQ(asked.protector, "dev");
   EXPECT_EQ(asked.plugin, "test.probe");
   EXPECT_EQ(asked.secret, "pin-source");
   EXPECT_EQ(asked.title, "PIN of the probe");
   EXPECT_EQ(asked.subject, "encrypt the credential of X");
   EXPECT_EQ(asked.tries_left, 3);
   EXPECT_EQ(asked.max_length, 8U);
}

TEST(Prompt, IsRefusedDuringStatus) {
   ScriptedPrompter prompter({"1234"});
   const auto probe = open_probe({{"ask", "existing"}, {"fault", "asks-for-status"}}, &prompter);
   const Error error = error_of([&] { probe->status({}); });
   EXPECT_EQ(error.code(), ErrorCode::auth_required);
   EXPECT_THAT(error.message(), HasSubstr("R-PRM-3"));
   EXPECT_TRUE(prompter.asked().empty());
   probe->wrap({}, some_cek()); // for which it may ask
   EXPECT_EQ(prompter.asked().size(), 1U);
}

TEST(Prompt, HasItsAnswerInSecretMemory) {
   ScriptedPrompter prompter({"1234"});
   const auto probe = open_probe({{"ask", "existing"}}, &prompter);
   const std::string header = probe->wrap({}, some_cek()).header;
   const std::string address = header.substr(header.find("0x"));
   EXPECT_TRUE(is_secret_memory(
         reinterpret_cast<const void *>(std::strtoull(address.c_str(), nullptr, 16))));
}

TEST(Prompt, KnowsNewSecretsAndConfirmations) {
   ScriptedPrompter prompter({"1234", "yes"});
   open_probe({{"ask", "new"}}, &prompter)->wrap({}, some_cek());
   open_probe({{"ask", "confirm"}}, &prompter)->wrap({}, some_cek());
   ASSERT_EQ(prompter.asked().size(), 2U);
   EXPECT_EQ(prompter.asked()[0].kind, PromptKind::fresh);
   EXPECT_EQ(prompter.asked()[1].kind, PromptKind::confirm);
}

TEST(Prompt, OfAKindThatNobodyKnowsIsUnsupported) {
   ScriptedPrompter prompter({"1234"});
   const auto probe = open_probe({{"ask", "unknown"}}, &prompter);
   EXPECT_EQ(wrap_error(*probe).code(), ErrorCode::unsupported);
   EXPECT_TRUE(prompter.asked().empty());
}

TEST(Prompt, ThatAPersonDeclinesIsDeclined) {
   ScriptedPrompter prompter({""});
   const auto probe = open_probe({{"ask", "existing"}}, &prompter);
   const Error error = wrap_error(*probe);
   EXPECT_EQ(error.code(), ErrorCode::declined);
   EXPECT_THAT(error.message(), HasSubstr("protector 'dev'"));
}

TEST(Prompt, WithoutAnybodyToAskNeedsAuthentication) {
   const auto probe = open_probe({{"ask", "existing"}});
   const Error error = wrap_error(*probe);
   EXPECT_EQ(error.code(), ErrorCode::auth_required);
   EXPECT_THAT(error.message(), HasSubstr("protector 'dev': PIN of the probe"));
   EXPECT_THAT(error.hint(), HasSubstr("pin-source"));
}

TEST(Prompt, WithAWrongAnswerFailsInWords) {
   ScriptedPrompter prompter({"4321"});
   const auto probe = open_probe({{"ask", "existing"}}, &prompter);
   const Error error = wrap_error(*probe);
   EXPECT_EQ(error.code(), ErrorCode::auth_failed);
   EXPECT_EQ(error.message(),
             "protector 'dev': wrong PIN (2 tries left; try again in 118 s; "
             "pkcs11 code 0xa0)");
   EXPECT_EQ(error.hint(), "look at the card");
}

TEST(Prompt, GetsTheReasonForAskingAgain) {
   ScriptedPrompter prompter({"4321", "1234"});
   open_probe({{"ask", "again"}}, &prompter)->wrap({}, some_cek());
   ASSERT_EQ(prompter.asked().size(), 2U);
   EXPECT_EQ(prompter.asked()[1].attempt, 2U);
   EXPECT_EQ(prompter.asked()[1].error, "wrong PIN");
}

TEST(Prompt, AsksAgainForAnAnswerOfTheWantedLength) {
   ScriptedPrompter prompter({"much too long", "1234"});
   open_probe({{"ask", "existing"}}, &prompter)->wrap({}, some_cek());
   ASSERT_EQ(prompter.asked().size(), 2U);
   EXPECT_THAT(prompter.asked()[1].error, HasSubstr("0 to 8 bytes"));
}

TEST(Prompt, GivesUpOnAnswersOfAnotherLength) {
   ScriptedPrompter prompter({"much too long", "much too long", "much too long", "1234"});
   const auto probe = open_probe({{"ask", "existing"}}, &prompter);
   EXPECT_EQ(wrap_error(*probe).code(), ErrorCode::auth_required);
   EXPECT_EQ(prompter.asked().size(), 3U);
}

TEST(Prompt, TakesNoTimeOfTheCall) {
   class Slow final : public Prompter {
    public:
      SecretBytes answer(const PromptRequest &) override {
         std::this_thread::sleep_for(std::chrono::milliseconds(60));
         throw Error(ErrorCode::declined, "no");
      }
   } slow;
   CallContext context;
   context.timeout_ms = 30;
   const std::string who = "protector 'dev'";
   PluginCall call(who, context);
   {
      const PluginCall::Pause pause(call);
      EXPECT_THROW(slow.answer({}), Error);
      EXPECT_EQ(call.c()->is_cancelled(call.c()), 0U);
   }
   EXPECT_EQ(call.c()->is_cancelled(call.c()), 0U);
   std::this_thread::sleep_for(std::chrono::milliseconds(40));
   EXPECT_EQ(call.c()->is_cancelled(call.c()), 1U);
}

// -- sources -----------------------------------------------------------------------------------------

TEST(PromptSource, AnswersInPlaceOfThePrompter) {
   Folder folder;
   ScriptedPrompter prompter({"4321"});
   const std::string pin = path_text(folder.write("pin", "1234\n"));
   open_probe({{"ask", "existing"}, {"pin-source", pin}}, &prompter)->wrap({}, some_cek());
   EXPECT_TRUE(prompter.asked().empty());
}

TEST(PromptSource, DoesNotAnswerAConfirmation) {
   ScriptedPrompter prompter({"yes"});
   open_probe({{"ask", "confirm"}, {"pin-source", "/absent"}}, &prompter)->wrap({}, some_cek());
   EXPECT_EQ(prompter.asked().size(), 1U);
}

TEST(PromptSource, HasNoOtherAnswer) {
   Folder folder;
   ScriptedPrompter prompter({"1234"});
   const std::string pin = path_text(folder.write("pin", "4321"));
   const auto probe = open_probe({{"ask", "again"}, {"pin-source", pin}}, &prompter);
   const Error error = wrap_error(*probe);
   EXPECT_EQ(error.code(), ErrorCode::auth_required);
   EXPECT_THAT(error.message(), HasSubstr("no other answer"));
   EXPECT_TRUE(prompter.asked().empty());
}

TEST(PromptSource, IsNotTriedAgainByTheNextCall) {
   Folder folder;
   const std::string pin = path_text(folder.write("pin", "4321"));
   const auto probe = open_probe({{"ask", "existing"}, {"pin-source", pin}});
   EXPECT_EQ(wrap_error(*probe).code(), ErrorCode::auth_failed);
   EXPECT_EQ(wrap_error(*probe).code(), ErrorCode::auth_required);
}

TEST(PromptSource, IsTriedAgainByTheNextCallWhenItWasRight) {
   Folder folder;
   const std::string pin = path_text(folder.write("pin", "1234"));
   const auto probe = open_probe({{"ask", "existing"}, {"pin-source", pin}});
   probe->wrap({}, some_cek());
   probe->wrap({}, some_cek());
}

TEST(PromptSource, GivesADescriptorsNextLineToEachQuestion) {
   Lines lines("1234\n1234\n");
   const auto one = open_probe({{"ask", "existing"}, {"pin-source", lines.source()}});
   const auto two = open_probe({{"ask", "existing"}, {"pin-source", lines.source()}});
   one->wrap({}, some_cek());
   two->wrap({}, some_cek());
   EXPECT_THAT(wrap_error(*one).message(), HasSubstr("no further line"));
}

TEST(PromptSource, GivesAnswersOfTheWantedLengthOnly) {
   Folder folder;
   const std::string pin = path_text(folder.write("pin", "much too long"));
   const auto probe = open_probe({{"ask", "existing"}, {"pin-source", pin}});
   const Error error = wrap_error(*probe);
   EXPECT_EQ(error.code(), ErrorCode::auth_required);
   EXPECT_THAT(error.message(), ::testing::Not(HasSubstr("much too long")));
}

// -- prompters ---------------------------------------------------------------------------------------

TEST(DescriptorPrompter, AnswersLineByLine) {
   Lines lines("first\nyes\nno\n");
   const auto prompter = descriptor_prompter(lines.descriptor());
   PromptRequest request;
   request.title = "PIN";
   EXPECT_EQ(prompter->answer(request).reveal_text(), "first");
   request.kind = PromptKind::confirm;
   EXPECT_TRUE(prompter->answer(request).empty());
   EXPECT_EQ(error_of([&] { prompter->answer(request); }).code(), ErrorCode::declined);
   EXPECT_EQ(error_of([&] { prompter->answer(request); }).code(), ErrorCode::auth_required);
}

TEST(DescriptorPrompter, KeepsAnswersInSecretMemory) {
   Lines lines("first\n");
   const SecretBytes answer = descriptor_prompter(lines.descriptor())->answer({});
   EXPECT_TRUE(is_secret_memory(answer.data()));
}

} // namespace
} // namespace keyseat::test
