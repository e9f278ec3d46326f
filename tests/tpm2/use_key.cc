// SPDX-License-Identifier: Apache-2.0
//
//    use_key OPTION=VALUE...
//
// A long-lived user of a protector of the plugin tpm2 with these options, who does what standard input
// says, a line at a time, and answers each with a line of JSON:
//
//    create [replace] [encrypted]   makes a key, of the default type
//    use                            opens the protector anew; wraps a key, unwraps it and compares
//    again                          the same by the protector that is open
//    keep                           wraps a key by the protector anew, and keeps both
//    old                            unwraps what was kept by the protector anew, and compares
//    status
//    race THREADS ROUNDS            `again` by each of the threads
//    patience MS                    how long each call may take from now on
//
// {"came_to":"ok","ms":12,"message":""}; "came_to" is "wrong" where unwrapping gave another key, otherwise
// the name of the error; of a race, how often what happened.

#include "host/isolation.h"
#include "host/plugin.h"
#include "host/protector.h"

#include <keyseat/prompter.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace keyseat;
using Clock = std::chrono::steady_clock;

class User {
 public:
   explicit User(Settings settings)
         : settings_(std::move(settings)),
           prompter_(no_prompter()),
           registry_({{KEYSEAT_PLUGIN_FOLDER}, {}}) {}

   void set_patience(std::uint32_t milliseconds) { call_.timeout_ms = milliseconds; }

   void open() {
      protector_.reset();
      protector_ =
            registry_.load("tpm2", Isolation{}).open("node", settings_, "/somewhere", *prompter_);
   }

   Protector &protector() {
      if (!protector_) open();
      return *protector_;
   }

   void create(bool replace, bool encrypted) {
      protector().create_key(call_, {.replace = replace, .encrypted = encrypted});
   }

   std::string status() { return protector().status(call_).message; }

   struct Kept {
      Bytes cek;
      WrappedCek wrapped;
   };

   Kept wrap() {
      Bytes cek(32);
      sdk::jose::random_bytes(cek.data(), cek.size());
      WrappedCek wrapped = protector().wrap(call_, cek);
      return {std::move(cek), std::move(wrapped)};
   }

   // "ok" or "wrong".
   std::string unwrap(const Kept &kept) {
      const auto cek = protector().unwrap(call_, kept.wrapped.header, kept.wrapped.encrypted_key);
      return cek && std::equal(kept.cek.begin(), kept.cek.end(), cek->view().begin(),
                               cek->view().end())
                   ? "ok"
                   : "wrong";
   }

   std::string use() { return unwrap(wrap()); }

   void keep() { kept_ = wrap(); }
   std::string unwrap_kept() { return unwrap(kept_); }

   std::map<std::string, int> race(int threads, int rounds) {
      std::map<std::string, int> outcomes;
      std::mutex mutex;
      std::vector<std::thread> racers;
      racers.reserve(static_cast<std::size_t>(threads));
      status(); // from now on calls run side by side
      for (int i = 0; i < threads; ++i) {
         racers.emplace_back([&] {
            for (int round = 0; round < rounds; ++round) {
               std::string outcome;
               try {
                  outcome = use();
               } catch (const Error &error) {
                  outcome = error.message();
               }
               const std::lock_guard lock(mutex);
               ++outcomes[outcome];
            }
         });
      }
      for (std::thread &racer : racers)
         racer.join();
      return outcomes;
   }

 private:
   const Settings settings_;
   const std::unique_ptr<Prompter> prompter_;
   const PluginRegistry registry_;
   std::unique_ptr<Protector> protector_;
   CallContext call_;
   Kept kept_;
};

std::string race_json(const std::map<std::string, int> &outcomes) {
   std::string json;
   for (const auto &[outcome, count] : outcomes)
      json +=
            fmt::format("{}{}:{}", json.empty() ? "" : ",", sdk::jose::json_quote(outcome), count);
   return "{" + json + "}";
}

// What one line came to; the message of it.
std::string obey(User &user, const std::string &line, std::string &message) {
   std::istringstream words(line);
   std::string verb;
   words >> verb;
   if (verb == "patience") {
      std::uint32_t milliseconds = 0;
      words >> milliseconds;
      user.set_patience(milliseconds);
   } else if (verb == "create") {
      user.create(line.find("replace") != std::string::npos,
                  line.find("encrypted") != std::string::npos);
   } else if (verb == "status") {
      message = user.status();
   } else if (verb == "use") {
      user.open();
      return user.use();
   } else if (verb == "keep") {
      user.open();
      user.keep();
   } else if (verb == "old") {
      user.open();
      return user.unwrap_kept();
   } else if (verb == "again") {
      return user.use();
   } else {
      return "unknown";
   }
   return "ok";
}

std::string answer(User &user, const std::string &line) {
   int threads = 0;
   int rounds = 0;
   if (std::istringstream words(line.substr(std::min(line.size(), line.find(' '))));
       line.rfind("race ", 0) == 0 && words >> threads >> rounds) {
      return race_json(user.race(threads, rounds));
   }
   const auto before = Clock::now();
   std::string came_to;
   std::string message;
   try {
      came_to = obey(user, line, message);
   } catch (const Error &error) {
      came_to = error_name(error.code());
      message = error.message();
   }
   const auto elapsed =
         std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - before);
   return fmt::format(R"({{"came_to":{},"ms":{},"message":{}}})", sdk::jose::json_quote(came_to),
                      elapsed.count(), sdk::jose::json_quote(message));
}

} // namespace

int main(int argc, char **argv) {
   Settings settings;
   for (const std::string &option : std::vector<std::string>(argv + 1, argv + argc)) {
      const std::size_t equals = option.find('=');
      settings.emplace(option.substr(0, equals), option.substr(equals + 1));
   }
   User user(std::move(settings));
   std::string line;
   while (std::getline(std::cin, line))
      std::cout << answer(user, line) << std::endl;
}
