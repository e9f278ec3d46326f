// SPDX-License-Identifier: Apache-2.0
//
// The codec, against frames that another implementation has made (tests/vectors/frames).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "host/messages.h"
#include "host/test_host.h"

namespace keyseat::test {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> frames_in(const std::string &folder) {
   std::map<std::string, std::string> frames;
   for (const auto &entry : fs::directory_iterator(KEYSEAT_TESTS_DIR "/vectors/frames/" + folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      frames[entry.path().stem().string()] = {std::istreambuf_iterator<char>(file), {}};
   }
   return frames;
}

std::string valid(const std::string &name) { return frames_in("valid").at(name); }

std::optional<Frame> decoded(const std::string &bytes) {
   return Frame::decode(SecretBytes(document_memory(), as_bytes(bytes)));
}

// What the bytes are encoded to again; none when they are no message.
std::optional<std::string> encoded_again(const std::string &bytes) {
   const auto frame = decoded(bytes);
   if (!frame) return std::nullopt;
   try {
      return std::string(canonical(*frame).reveal_text());
   } catch (const FrameError &) {
      return std::nullopt;
   }
}

TEST(FrameVectors, OfEachMessageAreEncodedToTheSameBytes) {
   const auto frames = frames_in("valid");
   EXPECT_GE(frames.size(), 20U);
   for (const auto &[name, bytes] : frames)
      EXPECT_EQ(encoded_again(bytes), bytes) << name;
}

TEST(FrameVectors, WithOneThingWrongAreRefused) {
   const auto frames = frames_in("malformed");
   EXPECT_GE(frames.size(), 20U);
   for (const auto &[name, bytes] : frames)
      EXPECT_EQ(encoded_again(bytes), std::nullopt) << name;
}

TEST(Frame, IsRefusedWhenItIsCutAnywhere) {
   for (const auto &[name, bytes] : frames_in("valid")) {
      for (std::size_t size = 0; size < bytes.size(); ++size)
         EXPECT_FALSE(decoded(bytes.substr(0, size))) << name << " cut to " << size;
   }
}

// No bit of a frame is without meaning: it is refused, or it says something else.
TEST(Frame, HasNoBitThatDoesNotCount) {
   for (const auto &[name, bytes] : frames_in("valid")) {
      for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
         std::string altered = bytes;
         altered[i / 8] = static_cast<char>(altered[i / 8] ^ (1 << i % 8));
         const auto again = encoded_again(altered);
         EXPECT_EQ(again.value_or(altered), altered) << name << ", bit " << i;
      }
   }
}

TEST(Frame, CarriesWhatWasPutIn) {
   const auto frame = decoded(valid("unwrap"));
   ASSERT_TRUE(frame);
   EXPECT_EQ(type_of(*frame), MessageType::unwrap);
   EXPECT_EQ(frame->call(), 7U);
   const auto request = from_frame<Request>(*frame);
   EXPECT_EQ(request.call.timeout_ms, 30'000U);
   EXPECT_EQ(request.call.request_id[15], 15);
   EXPECT_EQ(request.call.subject, "decrypt the credential of X");
   ASSERT_EQ(request.inputs.size(), 2U);
   EXPECT_EQ(as_text(request.inputs[0]), R"({"alg":"A256KW","kid":"k"})");
   EXPECT_EQ(request.inputs[1].size(), 40U);
}

TEST(Frame, TellsTextsThatAreNotThereFromEmptyOnes) {
   const auto without = decoded(valid("prompt"));
   EXPECT_FALSE(from_frame<PromptMessage>(*without).error);
   auto message = from_frame<PromptMessage>(*without);
   message.error = "";
   const auto with = Frame::decode(to_frame(message, 7));
   EXPECT_EQ(from_frame<PromptMessage>(*with).error, "");
}

TEST(Frame, LiesInSecretMemory) {
   const SecretBytes bytes = to_frame(AnswerMessage{0, as_bytes("1234")}, 1);
   EXPECT_TRUE(is_secret_memory(bytes.data()));
}

TEST(Frame, HasALimitWhenItIsMade) {
   const std::string most(kMaxFrame - 16 - 6 - 4 - 6, 'x');
   EXPECT_EQ(to_frame(LogMessage{0, as_bytes(most)}, 1).size(), kMaxFrame);
   EXPECT_THROW(to_frame(LogMessage{0, as_bytes(most + 'x')}, 1), FrameError);
   LoadMessage load;
   load.read_paths.assign(kMaxFields, "");
   EXPECT_THROW(to_frame(load, 1), FrameError);
}

} // namespace
} // namespace keyseat::test
