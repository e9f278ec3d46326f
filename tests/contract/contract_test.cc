// SPDX-License-Identifier: Apache-2.0

#include "contract/contract_test.h"

#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/primitives.h>

namespace contract {

namespace fs = std::filesystem;
namespace jose = keyseat::sdk::jose;

namespace {

void write_random(const fs::path &path, std::size_t size) {
   Bytes content(size);
   jose::random_bytes(content.data(), content.size());
   jose::write_key_file(path.string(), content, true, true);
}

// File by file, each for whom it was: a system's copy may give it the rights of the folder.
void copy_keys(const fs::path &from, const fs::path &to) {
   fs::create_directory(to);
   for (const auto &entry : fs::directory_iterator(from)) {
      const std::string content = read_file(entry.path().string());
      const bool is_private = entry.path().extension() != ".pub";
      jose::write_key_file((to / entry.path().filename()).string(), keyseat::sdk::as_bytes(content),
                           is_private, true);
   }
}

} // namespace

bool ContractTest::has_device_key_ = false;

std::map<std::string, std::string> ContractTest::settings_in(const fs::path &directory) const {
   auto settings = configuration().settings;
   const std::string key = directory_ && directory == *directory_ / "with"
                                 ? "first"
                                 : directory.parent_path().filename().string();
   for (auto &[name, value] : settings) {
      value = in_directory(value, directory.string());
      value = replaced(replaced(value, "@KEY@", key), "@TOKEN@", subject().token);
   }
   return settings;
}

void ContractTest::create_in(const fs::path &directory) {
   const Opened opened(descriptor(), host_, settings_in(directory));
   const auto created = opened.create(configuration().key_type, create_flags());
   if (configuration().key_in_device && created.status == KEYSEAT_E_KEY_EXISTS) return;
   ASSERT_TRUE(is_ok(created));
}

void ContractTest::make_first_key(const fs::path &directory) {
   for (const auto &[path, size] : configuration().random_files) {
      write_random(in_directory(path, directory.string()), size);
   }
   if (configuration().has_create && !configuration().key_in_device) create_in(directory);
}

void ContractTest::expect_health(const Opened &opened, std::uint32_t health) const {
   const StatusOutcome status = opened.status();
   EXPECT_TRUE(is_ok(status));
   if (configuration().login_shows && status.health == KEYSEAT_HEALTH_UNKNOWN) {
      EXPECT_EQ(status.kid, "") << "a kid of a key that is not known to be there";
      return;
   }
   EXPECT_EQ(status.health, health) << status.message;
}

std::uint32_t ContractTest::create_flags() const {
   return configuration().encrypted ? KEYSEAT_KEYS_ENCRYPTED : 0;
}

void ContractTest::prepare(Host &host) const {
   if (!configuration().answer) {
      host.answer = [](const Asked &asked) {
         ADD_FAILURE() << "a prompt that the configuration does not foresee: " << asked.title;
         return Answer{KEYSEAT_E_AUTH_REQUIRED, {}};
      };
      return;
   }
   host.answer = [answer = *configuration().answer](const Asked &) {
      return Answer{KEYSEAT_OK, answer};
   };
   host.secrets.plant(keyseat::sdk::as_bytes(*configuration().answer));
}

void ContractTest::SetUp() {
   static const keyseat::ScratchFolder first; // with the one key of this process
   static bool has_key = false;
   prepare(host_);
   if (!has_key) {
      ASSERT_NO_FATAL_FAILURE(make_first_key(first.path()));
      has_key = true;
   }
   directory_.emplace();
   copy_keys(first.path(), *directory_ / "with");
   fs::create_directory(*directory_ / "without");
   if (configuration().key_in_device && !has_device_key_) {
      ASSERT_NO_FATAL_FAILURE(create_in(*directory_ / "with"));
      has_device_key_ = true;
   }
   if (!configuration().secret_file.empty()) {
      host_.secrets.plant_key_file(
            read_file(in_directory(configuration().secret_file, first.path().string())));
   }
}

void ContractTest::TearDown() { directory_.reset(); }

std::unique_ptr<Opened> ContractTest::open() { return open(host_); }

std::unique_ptr<Opened> ContractTest::open(Host &host) {
   return std::make_unique<Opened>(descriptor(), host, settings_in(*directory_ / "with"));
}

std::unique_ptr<Opened> ContractTest::open_without_key(Host &host) {
   return std::make_unique<Opened>(descriptor(), host, settings_in(*directory_ / "without"));
}

std::unique_ptr<Opened> ContractTest::open(const Kept &kept) {
   const fs::path folder = *directory_ / "kept";
   fs::create_directory(folder);
   for (const auto &[path, content] : kept.files)
      jose::write_key_file(in_directory(path, folder.string()), content, true, true);
   return std::make_unique<Opened>(descriptor(), host_, settings_in(folder));
}

Bytes ContractTest::random_cek() {
   Bytes cek(KEYSEAT_CEK_SIZE);
   jose::random_bytes(cek.data(), cek.size());
   return cek;
}

} // namespace contract
