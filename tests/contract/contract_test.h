// SPDX-License-Identifier: Apache-2.0
//
// ContractTest: the fixture of all groups. A test gets a folder of its own with a copy of the key that
// the configuration asks for; the key is made once in each process, since making one can be slow. A key
// that lives in a device cannot be copied; it is made again when a test has left none.

#ifndef KEYSEAT_TESTS_CONTRACT_CONTRACT_TEST_H
#define KEYSEAT_TESTS_CONTRACT_CONTRACT_TEST_H

#include "contract/opened.h"
#include "contract/subject.h"
#include "support/scratch_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>

namespace contract {

class ContractTest : public testing::Test {
 protected:
   void SetUp() override;
   void TearDown() override;

   const Library &library() const { return *subject().library; }
   const keyseat_descriptor &descriptor() const { return library().descriptor(); }
   const Configuration &configuration() const { return subject().configuration; }

   // Opens the protector with its key, or without any.
   std::unique_ptr<Opened> open();
   std::unique_ptr<Opened> open(Host &host);
   std::unique_ptr<Opened> open_without_key(Host &host);
   std::unique_ptr<Opened> open(const Kept &kept); // with that key

   // Answers like the configuration and plants what it must not say.
   void prepare(Host &host) const;

   // Holds status to a health, or to "unknown" where the configuration says that it takes a login to
   // know and there was none.
   void expect_health(const Opened &opened, std::uint32_t health) const;

   // For tests that may leave no key, or another one, in the device.
   static void forget_device_key() { has_device_key_ = false; }

   // A key as the configuration wants it: for create().
   std::uint32_t create_flags() const;

   static Bytes random_cek();

   // Skips the test, by name and in sight, when the configuration says that it does not apply.
   bool has(const char *extension) const { return configuration().offers(extension); }
   bool prompts() const { return configuration().answer.has_value(); }

   Host host_;

 private:
   std::map<std::string, std::string> settings_in(const std::filesystem::path &directory) const;
   void create_in(const std::filesystem::path &directory);
   void make_first_key(const std::filesystem::path &directory);

   // Whether this process has made the key in the device, and no test has touched it since.
   static bool has_device_key_;

   // Of this test, with a key in "with", none in "without".
   std::optional<keyseat::ScratchFolder> directory_;
};

#define SKIP_UNLESS_OFFERED(id) \
   if (!has(id)) GTEST_SKIP() << "the configuration says that " << (id) << " is not offered"

} // namespace contract

#endif
