// SPDX-License-Identifier: Apache-2.0
#include "host/test_host.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace keyseat::test {

namespace fs = std::filesystem;

Folder::Folder() {
   std::string name = (fs::temp_directory_path() / "keyseat-host-XXXXXX").string();
   if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
   path_ = fs::canonical(name);
}

Folder::~Folder() {
   std::error_code ignored;
   fs::remove_all(path_, ignored);
}

fs::path Folder::write(const std::string &name, std::string_view content, fs::perms mode) const {
   const fs::path path = path_ / name;
   std::ofstream(path, std::ios::binary) << content;
   fs::permissions(path, mode);
   return path;
}

fs::path Folder::add_plugin(const std::string &id, const std::string &as) const {
   const fs::path path = path_ / ((as.empty() ? id : as) + ".so");
   fs::copy_file(plugin_folder() / (id + ".so"), path, fs::copy_options::overwrite_existing);
   fs::permissions(path, fs::perms(0644));
   return path;
}

fs::path plugin_folder() { return fs::path(KEYSEAT_BUILD_DIR) / "tests" / "plugins"; }

PluginRegistry registry_over(const fs::path &folder) {
   return PluginRegistry(PluginPlaces{.folders = {folder}, .pins = {}});
}

SecretBytes ScriptedPrompter::answer(const PromptRequest &request) {
   asked_.push_back(request);
   if (answers_.empty()) throw Error(ErrorCode::auth_required, "the script has ended");
   const std::string answer = answers_.front();
   answers_.pop_front();
   if (answer.empty()) throw Error(ErrorCode::declined, "no, thanks");
   return SecretBytes(key_memory(), as_bytes(answer));
}

namespace {

std::unique_ptr<Protector> open_probe_as(const Isolation &isolation, const Settings &settings,
                                         Prompter *prompter) {
   static const PluginRegistry registry = registry_over(plugin_folder());
   static const std::unique_ptr<Prompter> nobody = no_prompter();
   return registry.load("test.probe", isolation)
         .open("dev", settings, "/somewhere", prompter == nullptr ? *nobody : *prompter);
}

} // namespace

std::unique_ptr<Protector> open_probe(const Settings &settings, Prompter *prompter) {
   return open_probe_as({}, settings, prompter);
}

std::unique_ptr<Protector> open_isolated_probe(const Settings &settings, Prompter *prompter) {
   return open_probe_as({.process = true}, settings, prompter);
}

Bytes some_cek() {
   Bytes cek(32);
   for (std::size_t i = 0; i < cek.size(); ++i) {
      cek[i] = static_cast<std::uint8_t>(i * 7 + 1);
   }
   return cek;
}

Error error_of(const std::function<void()> &body) {
   try {
      body();
   } catch (const Error &error) {
      return error;
   }
   ADD_FAILURE() << "nothing was thrown";
   return Error(ErrorCode::internal, "nothing was thrown");
}

bool is_root() { return geteuid() == 0; }

bool is_secret_memory(const void *p) {
   const auto wanted = reinterpret_cast<std::uintptr_t>(p);
   std::ifstream maps("/proc/self/smaps");
   bool inside = false;
   for (std::string line; std::getline(maps, line);) {
      unsigned long begin = 0;
      unsigned long end = 0;
      if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
         inside = begin <= wanted && wanted < end;
      } else if (inside && line.rfind("VmFlags:", 0) == 0) {
         return line.find(" dd") != std::string::npos && line.find(" wf") != std::string::npos;
      }
   }
   return false;
}

} // namespace keyseat::test
