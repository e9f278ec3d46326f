// SPDX-License-Identifier: Apache-2.0
#include "cli/session.h"

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

Driver &Session::driver() {
   if (!driver_) driver_ = std::make_unique<Driver>(config(), prompter());
   return *driver_;
}

} // namespace keyseat::cli
