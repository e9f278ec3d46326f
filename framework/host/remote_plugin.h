// SPDX-License-Identifier: Apache-2.0
//
// RemotePlugin: a descriptor whose instances run in workers.

#ifndef KEYSEAT_HOST_REMOTE_PLUGIN_H
#define KEYSEAT_HOST_REMOTE_PLUGIN_H

#include <keyseat/plugin/descriptor.h>

#include <memory>
#include <string>
#include <vector>

#include "host/messages.h"
#include "host/worker.h"

namespace keyseat {

// A descriptor from the frame that describes it. Not checked: it came from a worker.
class DescriptorCopy {
 public:
   explicit DescriptorCopy(const LoadedMessage &message);
   DescriptorCopy(const DescriptorCopy &) = delete;
   DescriptorCopy &operator=(const DescriptorCopy &) = delete;
   ~DescriptorCopy() = default;

   const keyseat_descriptor &c() const { return c_; } // without functions
   bool inspects() const { return inspects_; }

 private:
   const char *keep(Text text);
   const char *keep(OptionalText text);
   void add(const OptionFields &fields);

   std::vector<std::unique_ptr<const std::string>> texts_;
   std::vector<std::unique_ptr<std::vector<const char *>>> choices_;
   std::vector<std::unique_ptr<keyseat_option>> options_;
   std::vector<const keyseat_option *> table_;
   keyseat_descriptor c_;
   bool inspects_;
};

// Descriptors live as long as the process (R-MEM-4), so this is never destroyed.
class RemotePlugin {
 public:
   // `described` names and options are the library's; `inspects`: it offers keyseat.inspect/1.
   RemotePlugin(const keyseat_descriptor &described, bool inspects,
                std::unique_ptr<const WorkerLauncher> launcher);
   RemotePlugin(const RemotePlugin &) = delete;
   RemotePlugin &operator=(const RemotePlugin &) = delete;

   const keyseat_descriptor *c() const { return &c_; }
   const WorkerLauncher &launcher() const { return *launcher_; }
   bool inspects() const { return inspects_; }

   static const RemotePlugin &of(const keyseat_descriptor *self);

 private:
   struct Descriptor : keyseat_descriptor {
      const RemotePlugin *owner;
   };
   ~RemotePlugin() = default;

   Descriptor c_;
   const bool inspects_;
   const std::unique_ptr<const WorkerLauncher> launcher_;
};

// Whether the plugin connects to other machines, or may: it says so by a capability or a mark.
bool connects(const keyseat_descriptor &descriptor);

// What an instance with these settings may use, by the marks of the options.
WorkerPaths paths_of(const keyseat_descriptor &descriptor, const keyseat_setting *settings,
                     std::size_t settings_size);

} // namespace keyseat

#endif
