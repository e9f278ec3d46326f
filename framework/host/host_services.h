// SPDX-License-Identifier: Apache-2.0
//
// HostServices: the host as one protector's plugin sees it (keyseat_host).

#ifndef KEYSEAT_HOST_HOST_SERVICES_H
#define KEYSEAT_HOST_HOST_SERVICES_H

#include <keyseat/plugin/host.h>
#include <keyseat/secret.h>

#include <string>

#include "host/prompt_service.h"

namespace keyseat {

// Offers the log, secret memory and prompts. Immovable: the plugin holds its address until close().
class HostServices {
 public:
   // What is referred to is borrowed and outlives the services. `who` begins each line of the log.
   // Throws Error(protector_unavailable) when there is no key memory.
   HostServices(const std::string &who, const std::string &protector, const std::string &plugin,
                const OpenSettings &settings, Prompter &prompter);
   HostServices(const HostServices &) = delete;
   HostServices &operator=(const HostServices &) = delete;
   ~HostServices() = default;

   const keyseat_host *c() const { return &c_; }
   static HostServices &of(const keyseat_host *host) {
      return *static_cast<HostServices *>(host->host_data);
   }

   const std::string &who() const { return who_; }
   SecretMemory memory() const { return memory_; }
   PromptService &prompts() { return prompts_; }

 private:
   const std::string &who_;
   SecretMemory memory_;
   PromptService prompts_;
   keyseat_host c_;
};

} // namespace keyseat

#endif
