// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

#include <fmt/format.h>

#include <utility>

namespace keyseat::cli {

Session::Session(GlobalOptions options, Terminal &terminal)
      : options_(std::move(options)), terminal_(terminal) {}

Session::~Session() = default;

const Config &Session::config() {
   if (!config_) {
      ConfigSearch search;
      search.named = options_.config;
      config_ = Config::load(search);
   }
   return *config_;
}

const Config &Session::trusted_config() {
   config().require_trusted();
   return *config_;
}

Prompter &Session::prompter() {
   if (!prompter_) {
      prompter_ = options_.passphrase_fd ? descriptor_prompter(*options_.passphrase_fd)
                                         : terminal_prompter();
   }
   return *prompter_;
}

void Session::confirm(std::string question, std::string subject, std::string hint) {
   PromptRequest request;
   request.kind = PromptKind::confirm;
   request.title = std::move(question);
   request.subject = std::move(subject);
   try {
      prompter().answer(request);
   } catch (const Error &error) {
      if (error.code() != ErrorCode::auth_required) throw;
      throw Error(ErrorCode::auth_required,
                  fmt::format("nobody can be asked whether to {}", request.subject))
            .hint(std::move(hint));
   }
}

Driver &Session::driver() {
   if (!driver_) driver_ = std::make_unique<Driver>(config(), prompter());
   return *driver_;
}

} // namespace keyseat::cli
