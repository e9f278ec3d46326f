// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the host share: a folder, a registry over the test plugins, a scripted prompter.

#ifndef KEYSEAT_TESTS_HOST_TEST_HOST_H
#define KEYSEAT_TESTS_HOST_TEST_HOST_H

#include <keyseat/error.h>
#include <keyseat/prompter.h>

#include "host/plugin.h"
#include "support/scratch_folder.h"

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace keyseat::test {

// A fresh folder for this user alone that goes away with its object.
class Folder : public ScratchFolder {
 public:
   Folder();

   // A file for this user alone.
   std::filesystem::path write(const std::string &name, std::string_view content) const;
   // Copies a test plugin here, under its own or another id.
   std::filesystem::path add_plugin(const std::string &id, const std::string &as = {}) const;
};

// "name.so", or ".dll".
std::string library_name(const std::string &name);

// The folder of the test plugins in the build tree.
std::filesystem::path plugin_folder();

// A registry over one folder.
PluginRegistry registry_over(const std::filesystem::path &folder);

// Answers from a list; keeps the questions. An answer that is empty declines.
class ScriptedPrompter final : public Prompter {
 public:
   explicit ScriptedPrompter(std::deque<std::string> answers) : answers_(std::move(answers)) {}
   SecretBytes answer(const PromptRequest &request) override;
   const std::vector<PromptRequest> &asked() const { return asked_; }

 private:
   std::deque<std::string> answers_;
   std::vector<PromptRequest> asked_;
};

// The probe, opened as "dev". Answers from `prompter`, or nobody.
std::unique_ptr<Protector> open_probe(const Settings &settings, Prompter *prompter = nullptr);

// The same in a worker process.
std::unique_ptr<Protector> open_isolated_probe(const Settings &settings,
                                               Prompter *prompter = nullptr);

// How many instances the probe's library has opened and closed in this process.
struct ProbeCounts {
   unsigned opened = 0;
   unsigned closed = 0;
};
ProbeCounts probe_counts(Protector &probe);

// The message with which a folder's plugin is refused; a failure when it is not.
std::string refusal_of_plugin(const Folder &folder, const std::string &id);

// What read_secret_source() makes of a file, and the error with which it refuses a source.
std::string secret_from(const std::filesystem::path &file);
Error refusal_of_source(const std::string &source);

// A CEK of 32 different bytes.
Bytes some_cek();

// The error that `body` throws; a failure and Error(internal) when it throws none.
Error error_of(const std::function<void()> &body);

// True when `p` lies in secret memory: on POSIX left out of core dumps and wiped in a child of fork(), on
// Windows between guard pages.
bool is_secret_memory(const void *p);

} // namespace keyseat::test

#endif
