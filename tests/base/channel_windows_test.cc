// SPDX-License-Identifier: Apache-2.0
#include "base/platform_channel.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace keyseat::platform {
namespace {

using Time = Channel::Time;

constexpr std::size_t kLimit = std::size_t{1} << 20;

std::string received(Channel &channel) {
   const auto frame = channel.receive(key_memory(), kLimit);
   return frame ? std::string(frame->reveal_text()) : "gone";
}

TEST(Channel, DeliversFramesWholeAndInOrder) {
   auto [one, other] = Channel::make();
   for (const char *text : {"first", "", "third"})
      ASSERT_TRUE(one.send(as_bytes(text)));
   EXPECT_EQ(received(other), "first");
   EXPECT_EQ(received(other), "");
   EXPECT_EQ(received(other), "third");
   ASSERT_TRUE(other.send(as_bytes("answer")));
   EXPECT_EQ(received(one), "answer");
}

TEST(Channel, DeliversMoreThanThePipeHolds) {
   auto [one, other] = Channel::make();
   const std::string large(900'000, 'x');
   std::thread sender([&one = one, &large] { EXPECT_TRUE(one.send(as_bytes(large))); });
   const auto frame = other.receive(document_memory(), kLimit);
   sender.join();
   ASSERT_TRUE(frame.has_value());
   EXPECT_EQ(frame->size(), large.size());
}

TEST(Channel, WaitsForAFrameWithALimitOfTime) {
   auto [one, other] = Channel::make();
   EXPECT_FALSE(other.wait(Time(30)));
   ASSERT_TRUE(one.send(as_bytes("x")));
   EXPECT_TRUE(other.wait(Time(10'000)));
   EXPECT_TRUE(other.wait(Time(0)));
   EXPECT_EQ(received(other), "x");
   EXPECT_FALSE(other.wait(Time(0)));
}

TEST(Channel, DropsAFrameBeyondTheLimitAndGoesOn) {
   auto [one, other] = Channel::make();
   ASSERT_TRUE(one.send(as_bytes("too long")));
   ASSERT_TRUE(one.send(as_bytes("next")));
   EXPECT_EQ(other.receive(key_memory(), 4).value().size(), 0u);
   EXPECT_EQ(received(other), "next");
}

TEST(Channel, DoesNotWaitForAReaderWhenAskedNotTo) {
   auto [one, other] = Channel::make();
   const std::string large(900'000, 'x');
   EXPECT_FALSE(one.send_at_once(as_bytes(large)));
}

TEST(Channel, GivesWhatWasSentBeforeTheOtherEndWent) {
   auto [one, other] = Channel::make();
   ASSERT_TRUE(one.send(as_bytes("last words")));
   one.close();
   EXPECT_TRUE(other.wait(Time(10'000)));
   EXPECT_EQ(received(other), "last words");
   EXPECT_EQ(received(other), "gone");
   EXPECT_FALSE(other.send(as_bytes("x")) && other.send(as_bytes("x")));
}

TEST(Channel, EndsForThreadsThatWaitAtEitherEnd) {
   auto [one, other] = Channel::make();
   std::string here;
   std::string there;
   std::thread first([&, &end = one] { here = received(end); });
   std::thread second([&, &end = other] { there = received(end); });
   std::this_thread::sleep_for(Time(50));
   one.hang_up();
   first.join();
   second.join();
   EXPECT_EQ(here, "gone");
   EXPECT_EQ(there, "gone");
   EXPECT_FALSE(one.send(as_bytes("x")));
}

} // namespace
} // namespace keyseat::platform
