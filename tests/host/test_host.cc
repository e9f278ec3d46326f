// SPDX-License-Identifier: Apache-2.0
#include "host/test_host.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <utility>

#include "base/path_text.h"
#include "host/library.h"
#include "support/access.h"

namespace keyseat::test {

namespace fs = std::filesystem;

Folder::Folder() { keep_to_owner(path()); }

fs::path Folder::write(const std::string &name, std::string_view content) const {
   const fs::path file = put(name.c_str(), content);
   keep_to_owner(file);
   return file;
}

fs::path Folder::add_plugin(const std::string &id, const std::string &as) const {
   const fs::path file = path() / library_name(as.empty() ? id : as);
   fs::remove(file); // MinGW's library copies over no file
   fs::copy_file(plugin_folder() / library_name(id), file);
   let_others_read(file);
   return file;
}

std::string library_name(const std::string &name) { return name + library_suffix(); }

fs::path plugin_folder() { return KEYSEAT_BUILD_DIR "/tests/plugins"; }

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

ProbeCounts probe_counts(Protector &probe) {
   ProbeCounts counts;
   const std::string details = probe.status({}).details;
   EXPECT_EQ(std::sscanf(details.c_str(), R"({"opened":%u,"closed":%u)", &counts.opened,
                         &counts.closed),
             2);
   return counts;
}

std::string refusal_of_plugin(const Folder &folder, const std::string &id) {
   const Error error = error_of([&] { registry_over(folder.path()).load(id, {}); });
   EXPECT_EQ(error.code(), ErrorCode::plugin_refused) << error.message();
   return error.message();
}

std::string secret_from(const fs::path &file) {
   return std::string(read_secret_source(path_text(file)).reveal_text());
}

Error refusal_of_source(const std::string &source) {
   return error_of([&] { read_secret_source(source); });
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

} // namespace keyseat::test
