// SPDX-License-Identifier: Apache-2.0
#include "host/host_services.h"

#include <keyseat/log.h>
#include <keyseat/plugin/service_log.h>
#include <keyseat/plugin/service_secret_memory.h>
#include <keyseat/sdk/jose/shared_openssl.h>

#include <fmt/format.h>

#include <string_view>

#include "host/foreign_text.h"

namespace keyseat {
namespace {

LogLevel level_of(std::uint32_t level) {
   switch (level) {
      case KEYSEAT_LOG_DEBUG:
         return LogLevel::debug;
      case KEYSEAT_LOG_INFO:
         return LogLevel::info;
      case KEYSEAT_LOG_WARNING:
         return LogLevel::warning;
      default:
         return LogLevel::error;
   }
}

void KEYSEAT_CALL write(const keyseat_host *host, const keyseat_call *, std::uint32_t level,
                        const keyseat_text *message) noexcept {
   try {
      const std::string_view text(message->data, message->size);
      write_log(level_of(level),
                fmt::format("{}: {}", HostServices::of(host).who(), foreign_text(text)));
   } catch (...) {
      // Out of memory: the line is lost.
   }
}

void *KEYSEAT_CALL allocate(const keyseat_host *host, std::size_t size) noexcept {
   try {
      return size == 0 ? nullptr : HostServices::of(host).memory().allocate(size);
   } catch (...) {
      return nullptr;
   }
}

void KEYSEAT_CALL release(const keyseat_host *host, void *p, std::size_t size) noexcept {
   HostServices::of(host).memory().release(static_cast<std::uint8_t *>(p), size);
}

keyseat_status KEYSEAT_CALL ask(const keyseat_host *host, const keyseat_call *call,
                                const keyseat_prompt *prompt, keyseat_bytes *answer) noexcept {
   return HostServices::of(host).prompts().ask(PluginCall::of(call), *prompt, *answer);
}

constexpr keyseat_service_log kLog{&write};
constexpr keyseat_service_secret_memory kSecretMemory{&allocate, &release};
constexpr keyseat_service_prompt kPrompt{&ask};

// Without it a plugin makes a context of its own.
const void *shared_openssl() noexcept {
   try {
      return sdk::jose::openssl_service();
   } catch (...) {
      return nullptr;
   }
}

const void *KEYSEAT_CALL get_service(const keyseat_host *, const char *id) noexcept {
   const std::string_view wanted(id);
   if (wanted == KEYSEAT_SERVICE_LOG) return &kLog;
   if (wanted == KEYSEAT_SERVICE_SECRET_MEMORY) return &kSecretMemory;
   if (wanted == KEYSEAT_SERVICE_PROMPT) return &kPrompt;
   if (wanted == sdk::jose::kOpensslService) return shared_openssl();
   return nullptr;
}

} // namespace

HostServices::HostServices(const std::string &who, const std::string &protector,
                           const std::string &plugin, const OpenSettings &settings,
                           Prompter &prompter)
      : who_(who), memory_(key_memory()), prompts_(protector, plugin, settings, prompter), c_{} {
   c_.struct_size = sizeof c_;
   c_.draft = KEYSEAT_DRAFT;
   c_.name = "keyseat";
   c_.version = KEYSEAT_VERSION;
   c_.host_data = this;
   c_.get_service = &get_service;
}

} // namespace keyseat
