// SPDX-License-Identifier: Apache-2.0
//
// A planted password, a planted passphrase and the private key are found nowhere after an encrypt and a
// decrypt: not in the memory of the process stopped at its exit, in its arguments or environment, in
// what it printed, or in files that it left behind. As root and as an ordinary user.
//
// A process that is not dumpable can be searched by root only. As an ordinary user the test shows that
// its memory is closed to that user.

#include "driver/node.h"
#include "leak/stopped_process.h"

#include <keyseat/sdk/jose/encoding.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace keyseat::test {
namespace {

using testing::IsEmpty;

constexpr uid_t kNobody = 65534;
const std::string kPassphrase = "a-passphrase-that-is-planted-here";

std::string utf16(std::string_view text) {
   std::string wide;
   for (const char c : text)
      wide += std::string{c, '\0'};
   return wide;
}

// A secret in every form in which it could lie about. Base64 is searched for at each of the three
// alignments that the text before it can give it.
std::vector<std::string> forms_of(const std::string &secret) {
   std::vector<std::string> forms = {secret, utf16(secret),
                                     sdk::jose::hex_encode(as_bytes(secret))};
   for (std::size_t shift = 0; shift < 3; ++shift) {
      const std::string base64 =
            sdk::jose::base64_encode(as_bytes(std::string(shift, 'x') + secret));
      forms.push_back(base64.substr(4, (secret.size() - 4) / 3 * 4));
   }
   return forms;
}

// A copy of program and plugin where every user can reach it, which a build tree in a home may not be.
class Installation {
 public:
   Installation() {
      namespace fs = std::filesystem;
      std::string pattern = (fs::temp_directory_path() / "keyseat-leak-XXXXXX").string();
      if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
      folder_ = pattern;
      fs::create_directories(folder_ / "bin");
      fs::create_directories(folder_ / "lib/keyseat/plugins");
      fs::copy(KEYSEAT_BUILD_DIR "/bin/keyseat", program());
      fs::copy(KEYSEAT_BUILD_DIR "/lib/keyseat/plugins/keyfile.so",
               folder_ / "lib/keyseat/plugins");
      fs::permissions(folder_, fs::perms(0755)); // whatever the umask made of them
      for (const auto &entry : fs::recursive_directory_iterator(folder_)) {
         fs::permissions(entry.path(), fs::perms(0755));
      }
   }
   Installation(const Installation &) = delete;
   Installation &operator=(const Installation &) = delete;
   ~Installation() {
      std::error_code ignored;
      std::filesystem::remove_all(folder_, ignored);
   }

   std::string program() const { return (folder_ / "bin/keyseat").string(); }

 private:
   std::filesystem::path folder_;
};

class Leak : public testing::TestWithParam<uid_t> {
 protected:
   Leak() {
      std::filesystem::permissions(node_.folder(), std::filesystem::perms::all);
      node_.write("plain.json", sql_server_definition());
   }

   void SetUp() override {
      if (GetParam() != 0 && geteuid() != 0) {
         GTEST_SKIP()
               << "running as another user takes root; this user is covered by the other case";
      }
   }

   std::string path(const std::string &name) const { return (node_.folder() / name).string(); }

   Command command(std::vector<std::string> words, const std::string &passphrase = {}) {
      words.insert(words.begin(), {installation_.program(), "--config", path("keyseat.json")});
      if (!passphrase.empty()) words.insert(words.begin() + 1, {"--passphrase-fd", "3"});
      if (GetParam() != 0) give_to(GetParam());
      return {std::move(words), passphrase, GetParam(), path("printed")};
   }

   // Files of the node belong to whoever runs the program.
   void give_to(uid_t user) {
      for (const auto &entry : std::filesystem::directory_iterator(node_.folder())) {
         if (chown(entry.path().c_str(), user, user) != 0) ADD_FAILURE() << entry.path();
      }
      if (chown(node_.folder().c_str(), user, user) != 0) ADD_FAILURE() << node_.folder();
   }

   // Runs to the exit and looks everywhere but into the file that is meant to hold the secret.
   void expect_no_trace(const Command &run, const std::vector<std::string> &secrets,
                        const std::string &allowed_file) {
      const StoppedProcess process(run);
      ASSERT_EQ(process.exit_code(), 0) << node_.read("printed");
      std::vector<std::string> needles;
      for (const auto &secret : secrets) {
         for (auto &form : forms_of(secret))
            needles.push_back(std::move(form));
      }
      if (geteuid() != 0) {
         EXPECT_FALSE(process.memory_is_readable());
      } else {
         std::size_t searched = 0;
         EXPECT_THAT(process.find(needles, searched), IsEmpty());
         EXPECT_GT(searched, std::size_t{1} << 20) << "too little memory for a whole process";
      }
      expect_absent(needles, process.arguments_and_environment(), "arguments and environment");
      for (const auto &entry : std::filesystem::recursive_directory_iterator(node_.folder())) {
         const std::string name = entry.path().filename().string();
         if (!entry.is_regular_file() || name == allowed_file || name == "plain.json") continue;
         expect_absent(needles, node_.read(name), name);
      }
   }

   static void expect_absent(const std::vector<std::string> &needles, const std::string &text,
                             const std::string &where) {
      for (const auto &needle : needles) {
         EXPECT_EQ(text.find(needle), std::string::npos) << "a secret stands in " << where;
      }
   }

   Installation installation_;
   Node node_;
};

TEST_P(Leak, NothingOfThePasswordRemainsAfterEncrypting) {
   expect_no_trace(command({"encrypt", path("plain.json"), "-o", path("encrypted.json")}),
                   {std::string(kPassword)}, "");
}

TEST_P(Leak, NothingOfThePasswordRemainsAfterDecrypting) {
   node_.write("encrypted.json", node_.encrypt(sql_server_definition()));
   expect_no_trace(command({"decrypt", path("encrypted.json"), "-o", path("decrypted.json")}),
                   {std::string(kPassword)}, "decrypted.json");
   EXPECT_EQ(node_.read("decrypted.json"), sql_server_definition());
}

TEST_P(Leak, NothingOfAnEncryptedKeyOrItsPassphraseRemainsAfterDecrypting) {
   std::filesystem::remove(path("dev.jwk"));
   std::filesystem::remove(path("dev.jwk.pub"));
   const auto create = command({"protector", "create", "dev", "--encrypted"}, kPassphrase);
   expect_no_trace(create, {kPassphrase}, "");
   expect_no_trace(command({"encrypt", path("plain.json"), "-o", path("encrypted.json")}),
                   {std::string(kPassword), kPassphrase}, "");
   expect_no_trace(
         command({"decrypt", path("encrypted.json"), "-o", path("decrypted.json")}, kPassphrase),
         {std::string(kPassword), kPassphrase}, "decrypted.json");
}

TEST_P(Leak, NothingOfThePrivateKeyRemainsAfterDecrypting) {
   node_.write("encrypted.json", node_.encrypt(sql_server_definition()));
   const std::string key = node_.read("dev.jwk");
   const auto begin = key.find("\"d\":\"") + 5;
   const std::string text = key.substr(begin, key.find('"', begin) - begin);
   const auto scalar = sdk::jose::base64url_decode(text);
   ASSERT_TRUE(scalar && scalar->size() == 32);
   const std::string big_endian(scalar->begin(), scalar->end());
   const std::string little_endian(scalar->rbegin(),
                                   scalar->rend()); // as OpenSSL's numbers hold it
   const auto run = command({"decrypt", path("encrypted.json"), "-o", path("decrypted.json")});
   const StoppedProcess process(run);
   ASSERT_EQ(process.exit_code(), 0) << node_.read("printed");
   if (geteuid() != 0) GTEST_SKIP() << "only root may search a process that is not dumpable";
   std::size_t searched = 0;
   EXPECT_THAT(process.find({text, big_endian, little_endian}, searched), IsEmpty());
}

// The search itself: a program that keeps its secret is caught.
TEST(LeakSearch, FindsASecretThatAProgramKeeps) {
   Node node;
   node.write("plain.json", sql_server_definition());
   Command command{
         {"/usr/bin/python3", "-c", "import os, sys; kept = open(sys.argv[1]).read(); os._exit(0)",
          (node.folder() / "plain.json").string()},
         {},
         0,
         (node.folder() / "printed").string()};
   const StoppedProcess process(command);
   ASSERT_EQ(process.exit_code(), 0);
   std::size_t searched = 0;
   EXPECT_THAT(process.find({std::string(kPassword)}, searched), testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(AsRootAndAsAnOrdinaryUser, Leak, testing::Values(uid_t{0}, kNobody),
                         [](const auto &user) { return user.param == 0 ? "ThisUser" : "Nobody"; });

} // namespace
} // namespace keyseat::test
