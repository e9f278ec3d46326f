// SPDX-License-Identifier: Apache-2.0
//
// PromptService: answers one protector's prompts (service_prompt.h), from the source that is
// configured for the secret or else by the Prompter.

#ifndef KEYSEAT_HOST_PROMPT_SERVICE_H
#define KEYSEAT_HOST_PROMPT_SERVICE_H

#include <keyseat/plugin/service_prompt.h>
#include <keyseat/prompter.h>

#include <mutex>
#include <set>
#include <string>

#include "host/plugin_call.h"
#include "host/settings.h"

namespace keyseat {

// One question is asked at a time in the whole process. Thread-safe.
class PromptService {
 public:
   // What is referred to is borrowed and outlives the service.
   PromptService(const std::string &protector, const std::string &plugin,
                 const OpenSettings &settings, Prompter &prompter)
         : protector_(protector), plugin_(plugin), settings_(settings), prompter_(prompter) {}

   // keyseat_service_prompt.ask. A failure is kept in `call`.
   keyseat_status ask(PluginCall &call, const keyseat_prompt &prompt,
                      keyseat_bytes &answer) noexcept;

   // The answers from these sources were wrong. They are not given again while the protector is
   // open: a batch of calls would lock a token by them (R-PRM-1).
   void refuse_sources(const std::set<std::string> &sources);

 private:
   keyseat_bytes answer_to(PluginCall &call, const keyseat_prompt &prompt);
   SecretBytes answer_from_source(const std::string &source, const PromptRequest &request);
   SecretBytes answer_from_prompter(PromptRequest request);

   const std::string &protector_;
   const std::string &plugin_;
   const OpenSettings &settings_;
   Prompter &prompter_;

   std::mutex mutex_; // for what follows
   std::set<std::string> refused_sources_;
};

} // namespace keyseat

#endif
