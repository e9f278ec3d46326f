// SPDX-License-Identifier: Apache-2.0
//
// Encrypting and decrypting whole definitions.

#include "driver/node.h"

#include <keyseat/sdk/jose/encoding.h>

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace keyseat::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RoundTrip, GivesBackTheFileByteForByte) {
   Node node;
   const std::string original = sql_server_definition();
   EXPECT_EQ(node.decrypt(node.encrypt(original)), original);
}

TEST(RoundTrip, HidesThePasswordInEveryEncodingAndKeepsTheRestReadable) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   const std::string base64 = sdk::jose::base64_encode(as_bytes(kPassword)).substr(0, 16);
   for (const auto &text : {encrypted, credential_json(encrypted)}) {
      EXPECT_THAT(text, Not(HasSubstr(std::string(kPassword))));
      EXPECT_THAT(text, Not(HasSubstr(base64)));
      EXPECT_THAT(text, Not(HasSubstr(sdk::jose::hex_encode(as_bytes(kPassword)))));
   }
   EXPECT_THAT(encrypted, HasSubstr("Server=sql01;Database=sales;User ID=etl;"));
   EXPECT_THAT(encrypted, HasSubstr("Timeout=60"));
}

TEST(RoundTrip, ChangesNothingBeyondTheTouchedSpans) {
   Node node;
   const std::string original = sql_server_definition();
   const std::string encrypted = node.encrypt(original);
   const auto head = original.find("\"connectionString\": ") + 20;
   const std::string tail = original.substr(original.find("\n\t\t},\n\t\t\"connectVia\""));
   EXPECT_EQ(encrypted.substr(0, head), original.substr(0, head));
   EXPECT_EQ(encrypted.substr(encrypted.size() - tail.size()), tail);
}

TEST(RoundTrip, EncryptingAgainChangesNotOneByte) {
   Node node;
   const std::string once = node.encrypt(sql_server_definition());
   EXPECT_EQ(node.encrypt(once), once);
}

TEST(RoundTrip, EverySealingUsesAnotherKey) {
   Node node;
   EXPECT_NE(node.encrypt(sql_server_definition()), node.encrypt(sql_server_definition()));
}

TEST(RoundTrip, LeavesADefinitionWithoutSecretsAlone) {
   Node node;
   const std::string plain = R"({"properties":{"type":"SqlServer","typeProperties":{
      "connectionString":"Server=a;Integrated Security=True"}}})";
   EXPECT_EQ(node.encrypt(plain), plain);
}

// The payload holds 20 MB of a password twice, which are 71 MB of credential.
TEST(RoundTrip, RefusesToMakeAFileThatNoCommandWouldRead) {
   Node node({"dev"}, "oct");
   const std::string definition =
         replaced(sql_server_definition(), kPassword, std::string(20'000'000, 'x'));
   EXPECT_THAT(node.encrypt_error(definition).message(),
               HasSubstr("longer than the 67108864 bytes that commands read"));
}

TEST(RoundTrip, OpensWithEveryProtectorThatItWasSealedFor) {
   Node node({"dev", "recovery"});
   const std::string encrypted = node.encrypt(sql_server_definition());
   std::filesystem::rename(node.folder() / "dev.jwk", node.folder() / "dev.away");
   std::filesystem::remove(node.folder() / "dev.jwk.pub");
   node.configure(node.read("keyseat.json"));
   EXPECT_EQ(node.decrypt(encrypted), sql_server_definition());
}

TEST(RoundTrip, OpensForAPublicKeyOnTheNodeThatHoldsThePrivateOne) {
   Node node({"prod"});
   Node office({"dev"});
   SealOptions options;
   options.public_keys = {node.export_public("prod")};
   const std::string encrypted = office.encrypt(sql_server_definition(), options);
   EXPECT_EQ(node.decrypt(encrypted), sql_server_definition());
}

TEST(RoundTrip, WorksForEveryTypeOfKey) {
   for (const auto *type : {"oct", "P-256", "P-384", "X25519", "RSA-2048", "RSA-3072"}) {
      Node node({"dev"}, type);
      EXPECT_EQ(node.decrypt(node.encrypt(sql_server_definition())), sql_server_definition())
            << type;
   }
}

TEST(RoundTrip, KeepsEncodingAndLineEnds) {
   Node node;
   std::string crlf;
   for (const char c : sql_server_definition()) {
      if (c == '\n') crlf += '\r';
      crlf += c;
   }
   const std::string marked = "\xEF\xBB\xBF" + crlf;
   const std::string encrypted = node.encrypt(marked);
   EXPECT_EQ(encrypted.substr(0, 3), "\xEF\xBB\xBF");
   EXPECT_EQ(node.decrypt(encrypted), marked);
}

TEST(RoundTrip, GivesBackTheSameValuesWhenTheFileWasReformatted) {
   Node node;
   std::string reformatted;
   for (const char c : node.encrypt(sql_server_definition())) {
      if (c != '\n' && c != '\t') reformatted += c;
   }
   const std::string decrypted = node.decrypt(reformatted);
   EXPECT_THAT(decrypted, HasSubstr("Password=" + std::string(kPassword) + ";Timeout=60"));
   EXPECT_THAT(decrypted, HasSubstr("SecureString"));
   EXPECT_THAT(decrypted, Not(HasSubstr("encryptedCredential")));
}

TEST(RoundTrip, AnEmbedderGetsTheSecretsInWipingBuffers) {
   Node node;
   const std::string encrypted = node.encrypt(sql_server_definition());
   DefinitionFile file;
   file.content = as_bytes(encrypted);
   file.name = "definition.json";
   const Opened opened = node.driver().open(file);
   EXPECT_THAT(std::string(opened.secret("/properties/typeProperties/connectionString")),
               HasSubstr("Password=" + std::string(kPassword)));
   EXPECT_THROW(opened.secret("/properties/typeProperties/password"), Error);
}

TEST(RoundTrip, SealsAndOpensFromManyThreads) {
   Node node;
   std::vector<std::thread> threads;
   std::atomic<int> same = 0;
   for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
         for (int k = 0; k < 20; ++k) {
            if (node.decrypt(node.encrypt(sql_server_definition())) == sql_server_definition())
               ++same;
         }
      });
   }
   for (auto &thread : threads)
      thread.join();
   EXPECT_EQ(same, 160);
}

// Names match without case, and a control plane may write them anew.
TEST(DecryptAgain, AfterNamesWereWrittenInAnotherCase) {
   Node node;
   std::string encrypted = node.encrypt(sql_server_definition());
   for (const auto *name : {"properties", "typeProperties", "connectionString"}) {
      std::string other = name;
      other[0] = static_cast<char>(other[0] - 'a' + 'A');
      encrypted = replaced(encrypted, '"' + std::string(name) + '"', '"' + other + '"');
      EXPECT_THAT(node.decrypt(encrypted), testing::HasSubstr(kPassword)) << name;
   }
}

} // namespace
} // namespace keyseat::test
