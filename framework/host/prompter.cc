// SPDX-License-Identifier: Apache-2.0
#include <keyseat/plugin/values.h>
#include <keyseat/prompter.h>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/platform.h"
#include "base/text.h"
#include "host/foreign_text.h"

namespace keyseat {
namespace {

constexpr unsigned kFreshTries = 3; // to type a fresh secret the same way twice

Error declined(const PromptRequest &request) {
   return Error(ErrorCode::declined, fmt::format("'{}' was declined", request.title));
}

SecretBytes yes() { return SecretBytes(key_memory()); }

class NoPrompter final : public Prompter {
 public:
   SecretBytes answer(const PromptRequest &request) override {
      throw Error(ErrorCode::auth_required,
                  fmt::format("{} is needed, and nobody can be asked", request.title))
            .hint(fmt::format("set its option '{}' to a file, fd:N or credential:NAME, or answer "
                              "by --passphrase-fd",
                              request.secret));
   }
};

// Who asks, for what, what was wrong: the lines above the question.
std::string introduction(const PromptRequest &request) {
   std::string text;
   if (!request.protector.empty()) {
      text = fmt::format("Protector '{}' (plugin {}) asks", printable(request.protector),
                         printable(request.plugin));
      if (!request.subject.empty()) text += fmt::format(", to {}", request.subject);
      text += '\n';
   }
   if (!request.error.empty()) text += fmt::format("{}\n", request.error);
   if (request.tries_left >= 0) text += fmt::format("Tries left: {}\n", request.tries_left);
   return text;
}

class TerminalPrompter final : public Prompter {
 public:
   SecretBytes answer(const PromptRequest &request) override {
      switch (request.kind) {
         case PromptKind::confirm:
            return confirm(request);
         case PromptKind::fresh:
            return ask_twice(request);
         case PromptKind::existing:
            break;
      }
      return ask(request, introduction(request) + request.title + ": ", false);
   }

 private:
   static SecretBytes ask(const PromptRequest &request, const std::string &prompt, bool echo) {
      std::optional<SecretBytes> line = platform::ask_terminal(key_memory(), prompt, echo);
      if (!line) return NoPrompter().answer(request);
      return std::move(*line);
   }

   static SecretBytes confirm(const PromptRequest &request) {
      const SecretBytes line =
            ask(request, fmt::format("{}{} [y/N] ", introduction(request), request.title), true);
      if (!equal_no_case(line.reveal_text(), "y") && !equal_no_case(line.reveal_text(), "yes")) {
         throw declined(request);
      }
      return yes();
   }

   static SecretBytes ask_twice(const PromptRequest &request) {
      std::string before = introduction(request);
      for (unsigned i = 0; i < kFreshTries; ++i) {
         SecretBytes first = ask(request, fmt::format("{}New {}: ", before, request.title), false);
         const SecretBytes second = ask(request, "Once more: ", false);
         // Both were typed by the same person: the time that comparing takes tells nobody anything.
         if (first.reveal_text() == second.reveal_text()) return first;
         before = "The two differ.\n";
      }
      throw Error(ErrorCode::auth_required,
                  fmt::format("{} was not typed the same way twice", request.title));
   }
};

class DescriptorPrompter final : public Prompter {
 public:
   explicit DescriptorPrompter(int descriptor) : descriptor_(descriptor) {}

   SecretBytes answer(const PromptRequest &request) override {
      std::optional<SecretBytes> line =
            platform::read_line(key_memory(), descriptor_, KEYSEAT_MAX_TEXT);
      if (!line) {
         throw Error(ErrorCode::auth_required,
                     fmt::format("descriptor {} has no line for {}", descriptor_, request.title));
      }
      if (request.kind != PromptKind::confirm) return std::move(*line);
      if (line->reveal_text() != "yes") throw declined(request);
      return yes();
   }

 private:
   int descriptor_;
};

} // namespace

std::unique_ptr<Prompter> no_prompter() { return std::make_unique<NoPrompter>(); }

std::unique_ptr<Prompter> terminal_prompter() { return std::make_unique<TerminalPrompter>(); }

std::unique_ptr<Prompter> descriptor_prompter(int descriptor) {
   return std::make_unique<DescriptorPrompter>(descriptor);
}

} // namespace keyseat
