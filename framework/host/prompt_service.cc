// SPDX-License-Identifier: Apache-2.0
#include "host/prompt_service.h"

#include <keyseat/log.h>

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "host/foreign_text.h"
#include "host/names.h"

namespace keyseat {
namespace {

// A person gets this many tries to give an answer of the wanted length.
constexpr unsigned kLengthTries = 3;

// Held while a question is asked: two threads would mix up their questions on one terminal.
std::mutex &asking() {
   static std::mutex mutex;
   return mutex;
}

std::optional<PromptKind> kind_of(std::uint32_t kind) {
   switch (kind) {
      case KEYSEAT_PROMPT_EXISTING:
         return PromptKind::existing;
      case KEYSEAT_PROMPT_NEW:
         return PromptKind::fresh;
      case KEYSEAT_PROMPT_CONFIRM:
         return PromptKind::confirm;
      default:
         return std::nullopt;
   }
}

bool has_wanted_length(const SecretBytes &answer, const PromptRequest &request) {
   return request.kind == PromptKind::confirm ||
          (answer.size() >= request.min_length && answer.size() <= request.max_length);
}

std::string wanted_length(const PromptRequest &request) {
   return request.min_length == request.max_length
                ? fmt::format("{} bytes are wanted", request.min_length)
                : fmt::format("{} to {} bytes are wanted", request.min_length, request.max_length);
}

std::string tries_in_words(int tries_left) {
   if (tries_left < 0) return "";
   return tries_left == 1 ? " (1 try left)" : fmt::format(" ({} tries left)", tries_left);
}

// Throws Error(plugin_defect) for a question that the contract does not know.
PromptRequest request_of(const PluginCall &call, const keyseat_prompt &prompt, PromptKind kind) {
   if (!KEYSEAT_HAS(keyseat_prompt, &prompt, max_length) || prompt.secret == nullptr ||
       prompt.title == nullptr || !is_kebab_case(bounded(prompt.secret, kMaxOptionName))) {
      throw plugin_defect(call.who(), "its prompt names no secret, or has no title");
   }
   PromptRequest request;
   request.kind = kind;
   request.secret = prompt.secret;
   request.title = foreign_text(prompt.title);
   request.subject = foreign_text(call.subject());
   request.error = foreign_text(prompt.error);
   request.attempt = prompt.attempt;
   request.tries_left = prompt.tries_left;
   request.min_length = prompt.min_length;
   request.max_length = prompt.max_length == 0 ? KEYSEAT_MAX_TEXT : prompt.max_length;
   if (request.max_length > KEYSEAT_MAX_TEXT || request.min_length > request.max_length) {
      throw plugin_defect(call.who(), "its prompt wants an impossible length");
   }
   return request;
}

} // namespace

keyseat_status PromptService::ask(PluginCall &call, const keyseat_prompt &prompt,
                                  keyseat_bytes &answer) noexcept {
   try {
      try {
         answer = answer_to(call, prompt);
         return KEYSEAT_OK;
      } catch (const Error &error) {
         Error named(error.code(), fmt::format("{}: {}", call.who(), error.message()));
         named.hint(error.hint());
         call.prompt_failed(error.code() == ErrorCode::plugin_defect ? error : named);
         switch (error.code()) {
            case ErrorCode::declined:
               return KEYSEAT_E_DECLINED;
            case ErrorCode::unsupported:
               return KEYSEAT_E_UNSUPPORTED;
            case ErrorCode::plugin_defect:
               return KEYSEAT_E_INTERNAL;
            default:
               return KEYSEAT_E_AUTH_REQUIRED;
         }
      }
   } catch (...) {
      return KEYSEAT_E_AUTH_REQUIRED; // out of memory, or a Prompter that throws something else
   }
}

void PromptService::refuse_sources(const std::set<std::string> &sources) {
   const std::lock_guard lock(mutex_);
   refused_sources_.insert(sources.begin(), sources.end());
}

keyseat_bytes PromptService::answer_to(PluginCall &call, const keyseat_prompt &prompt) {
   if (!call.may_prompt()) {
      const std::string defect =
            fmt::format("plugin '{}' asks for '{}' where it may ask nobody (R-PRM-3)", plugin_,
                        foreign_text(prompt.secret));
      write_log(LogLevel::error, defect);
      throw Error(ErrorCode::auth_required, defect);
   }
   const std::optional<PromptKind> kind = kind_of(prompt.kind);
   if (!kind) throw Error(ErrorCode::unsupported, "the kind of prompt is not known to this host");
   PromptRequest request = request_of(call, prompt, *kind);
   request.protector = protector_;
   request.plugin = plugin_;

   const PluginCall::Pause pause(call); // waiting for another's question included
   const std::lock_guard one_at_a_time(asking());
   const std::string *source =
         *kind == PromptKind::confirm ? nullptr : settings_.secret_source(request.secret);
   if (source == nullptr) return call.keep_answer(answer_from_prompter(std::move(request)));
   SecretBytes answer = answer_from_source(*source, request);
   call.add_used_source(*source);
   return call.keep_answer(std::move(answer));
}

SecretBytes PromptService::answer_from_source(const std::string &source,
                                              const PromptRequest &request) {
   {
      const std::lock_guard lock(mutex_);
      // A further attempt says that the answer was wrong: no later call tries it either, which would
      // lock a device.
      if (request.attempt > 1) refused_sources_.insert(source);
      if (refused_sources_.contains(source)) {
         throw Error(
               ErrorCode::auth_required,
               fmt::format("the answer from '{}' for {} was wrong{}, and the source has no "
                           "other answer",
                           foreign_text(source), request.title, tries_in_words(request.tries_left)))
               .hint(fmt::format("correct what option '{}' names", request.secret));
      }
   }
   SecretBytes answer = read_secret_source(source);
   if (!has_wanted_length(answer, request)) {
      throw Error(ErrorCode::auth_required,
                  fmt::format("the answer from '{}' for {} has not the right length: {}",
                              foreign_text(source), request.title, wanted_length(request)));
   }
   return answer;
}

SecretBytes PromptService::answer_from_prompter(PromptRequest request) {
   for (unsigned i = 0; i < kLengthTries; ++i) {
      SecretBytes answer = prompter_.answer(request);
      if (has_wanted_length(answer, request)) return answer;
      request.error = wanted_length(request);
      ++request.attempt;
   }
   throw Error(ErrorCode::auth_required, fmt::format("no answer for {} has the right length: {}",
                                                     request.title, wanted_length(request)));
}

} // namespace keyseat
