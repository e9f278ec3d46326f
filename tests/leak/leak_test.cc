// SPDX-License-Identifier: Apache-2.0
//
// A planted password, a planted passphrase and the private key are found nowhere after an encrypt and a
// decrypt: not in the memory of the process stopped at its exit, in its arguments or environment, in
// what it printed, or in files that it left behind. As root and as an ordinary user.
//
// A process that is not dumpable can be searched by root only. As an ordinary user the test shows that
// its memory is closed to that user.

#include "driver/node.h"
#include "jose/jwe.h"
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
      fs::create_directories(folder_ / "libexec/keyseat");
      fs::copy(KEYSEAT_BUILD_DIR "/bin/keyseat", program());
      fs::copy(KEYSEAT_BUILD_DIR "/libexec/keyseat/keyseat-worker", folder_ / "libexec/keyseat");
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

   // The plugin runs in a worker process from now on.
   void isolate() {
      node_.write("keyseat.json",
                  R"({ "protectors": { "dev": { "plugin": "keyfile", "config": { "key": "dev.jwk" },
                                                "isolation": "process" } },
                       "rules": [ { "protect": [ "dev" ] } ] })");
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
         expect_nothing_in(process.memory(), needles);
      }
      expect_absent(needles, process.arguments_and_environment(), "arguments and environment");
      for (const auto &entry : std::filesystem::recursive_directory_iterator(node_.folder())) {
         const std::string name = entry.path().filename().string();
         if (!entry.is_regular_file() || name == allowed_file || name == "plain.json") continue;
         expect_absent(needles, node_.read(name), name);
      }
   }

   static void expect_nothing_in(const MemoryImage &memory,
                                 const std::vector<std::string> &needles) {
      EXPECT_THAT(memory.find(needles), IsEmpty());
      EXPECT_GT(memory.size(), std::size_t{1} << 20) << "too little memory for a whole process";
   }

   // In the worker that says what the library is, and in the one that serves the protector.
   static void expect_nothing_in_workers(const StoppedProcess &process,
                                         const std::vector<std::string> &needles) {
      if (geteuid() != 0) return;
      ASSERT_EQ(process.children().size(), 2U);
      for (const MemoryImage &worker : process.children())
         expect_nothing_in(worker, needles);
   }

   // The CEK of an encrypted definition, as the key of this node opens it.
   std::string cek_of(const std::string &name) {
      give_to(geteuid());
      const Jwe jwe = Jwe::parse(credential_json(node_.read(name)));
      const auto cek = node_.driver().protectors().open("dev").unwrap(
            {}, jwe.merged_header(0), jwe.recipients().at(0).encrypted_key);
      return cek ? std::string(as_text(*cek)) : "";
   }

   // The private part of dev.jwk: as its text, and as big and little numbers are held.
   std::vector<std::string> private_key() const {
      const std::string key = node_.read("dev.jwk");
      const auto begin = key.find("\"d\":\"") + 5;
      const std::string text = key.substr(begin, key.find('"', begin) - begin);
      const auto scalar = sdk::jose::base64url_decode(text);
      if (!scalar || scalar->size() != 32) throw std::runtime_error("no private key of P-256");
      return {text, {scalar->begin(), scalar->end()}, {scalar->rbegin(), scalar->rend()}};
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
   const auto run = command({"decrypt", path("encrypted.json"), "-o", path("decrypted.json")});
   const StoppedProcess process(run);
   ASSERT_EQ(process.exit_code(), 0) << node_.read("printed");
   if (geteuid() != 0) GTEST_SKIP() << "only root may search a process that is not dumpable";
   EXPECT_THAT(process.memory().find(private_key()), IsEmpty());
}

// -- in worker processes -----------------------------------------------------------------------------

TEST_P(Leak, NothingOfCekAndKeyRemainsInWorkerOrHost) {
   isolate();
   const StoppedProcess encrypting(
         command({"encrypt", path("plain.json"), "-o", path("encrypted.json")}));
   ASSERT_EQ(encrypting.exit_code(), 0) << node_.read("printed");
   const StoppedProcess decrypting(
         command({"decrypt", path("encrypted.json"), "-o", path("decrypted.json")}));
   ASSERT_EQ(decrypting.exit_code(), 0) << node_.read("printed");
   if (geteuid() != 0) GTEST_SKIP() << "only root may search a process that is not dumpable";

   std::vector<std::string> needles = private_key();
   const std::string cek = cek_of("encrypted.json");
   ASSERT_EQ(cek.size(), 32U);
   for (const std::string &form : forms_of(cek))
      needles.push_back(form);
   for (const StoppedProcess *process : {&encrypting, &decrypting}) {
      expect_nothing_in(process->memory(), needles);
      expect_nothing_in_workers(*process, needles);
   }
}

// The password of the definition never gets to the worker: it inherits no memory of its host.
TEST_P(Leak, NothingOfAPassphraseRemainsInTheWorkerAndNothingOfTheHostGetsThere) {
   isolate();
   std::filesystem::remove(path("dev.jwk"));
   std::filesystem::remove(path("dev.jwk.pub"));
   std::vector<std::string> needles = forms_of(kPassphrase);
   for (const std::string &form : forms_of(std::string(kPassword)))
      needles.push_back(form);
   for (const std::vector<std::string> &words :
        {std::vector<std::string>{"protector", "create", "dev", "--encrypted"},
         {"encrypt", path("plain.json"), "-o", path("encrypted.json")},
         {"decrypt", path("encrypted.json"), "-o", path("decrypted.json")}}) {
      const StoppedProcess process(command(words, kPassphrase));
      ASSERT_EQ(process.exit_code(), 0) << node_.read("printed");
      expect_nothing_in_workers(process, needles);
   }
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
   EXPECT_THAT(process.memory().find({std::string(kPassword)}), testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(AsRootAndAsAnOrdinaryUser, Leak, testing::Values(uid_t{0}, kNobody),
                         [](const auto &user) { return user.param == 0 ? "ThisUser" : "Nobody"; });

} // namespace
} // namespace keyseat::test
