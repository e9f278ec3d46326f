// SPDX-License-Identifier: Apache-2.0
#include "host/remote_plugin.h"

#include <keyseat/error.h>
#include <keyseat/plugin/ext_inspect.h>

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "host/remote_instance.h"

namespace keyseat {
namespace {

keyseat_status KEYSEAT_CALL remote_open(const keyseat_descriptor *self, const keyseat_host *host,
                                        const keyseat_call *call, const keyseat_setting *settings,
                                        std::size_t settings_size,
                                        const keyseat_instance **instance) noexcept {
   return explained(*call, [&] {
      auto opened = std::make_unique<RemoteInstance>(self->id, RemotePlugin::of(self).launcher(),
                                                     paths_of(*self, settings, settings_size),
                                                     *host, settings, settings_size);
      const keyseat_status status = opened->open(*call);
      if (status == KEYSEAT_OK) *instance = opened.release()->c(); // deleted by close()
      return status;
   });
}

keyseat_status KEYSEAT_CALL remote_explain(const keyseat_descriptor *self, const keyseat_call *call,
                                           const keyseat_text *header,
                                           const keyseat_bytes *encrypted_key,
                                           const keyseat_sink *explanation) noexcept {
   return explained(*call, [&] {
      const auto worker = RemotePlugin::of(self).launcher().launch({});
      Request request;
      request.call = fields_of(*call);
      request.inputs = {as_bytes({header->data, header->size}), BytesView(*encrypted_key)};
      Conversation conversation(*worker, worker->channel(0), nullptr, *call);
      const auto end = conversation.run(to_frame(request, 1, MessageType::explain), 1);
      if (end == Conversation::End::done && conversation.done().outputs.size() == 1) {
         worker->retire();
         return fill_sinks(*call, {explanation}, conversation.done());
      }
      return explain_failure(*call, KEYSEAT_E_UNAVAILABLE,
                             fmt::format("{} {} during explain",
                                         RemotePlugin::of(self).launcher().noun(), worker->end()));
   });
}

const void *KEYSEAT_CALL remote_descriptor_extension(const keyseat_descriptor *self,
                                                     const char *id) noexcept {
   static constexpr keyseat_ext_inspect kRemoteInspect{&remote_explain};
   const bool offered = RemotePlugin::of(self).inspects();
   return offered && std::string_view(id) == KEYSEAT_EXT_INSPECT ? &kRemoteInspect : nullptr;
}

} // namespace

DescriptorCopy::DescriptorCopy(const LoadedMessage &message) : c_{}, inspects_(message.inspects) {
   c_.struct_size = sizeof c_;
   c_.draft = message.draft;
   c_.capabilities = message.capabilities;
   c_.id = keep(message.id);
   c_.name = keep(message.name);
   c_.vendor = keep(message.vendor);
   c_.version = keep(message.version);
   c_.description = keep(message.description);
   c_.license = keep(message.license);
   c_.url = keep(message.url);
   for (const OptionFields &option : message.options)
      add(option);
   table_.push_back(nullptr);
   c_.options = table_.data();
}

const char *DescriptorCopy::keep(Text text) {
   return texts_.emplace_back(std::make_unique<const std::string>(text))->c_str();
}

const char *DescriptorCopy::keep(OptionalText text) { return text ? keep(*text) : nullptr; }

void DescriptorCopy::add(const OptionFields &fields) {
   keyseat_option &option = *options_.emplace_back(std::make_unique<keyseat_option>());
   option.struct_size = sizeof option;
   option.type = fields.type;
   option.marks = fields.marks;
   option.name = keep(fields.name);
   option.description = keep(fields.description);
   option.default_value = keep(fields.default_value);
   if (!fields.choices.empty()) {
      auto &choices = *choices_.emplace_back(std::make_unique<std::vector<const char *>>());
      for (const Text choice : fields.choices)
         choices.push_back(keep(choice));
      choices.push_back(nullptr);
      option.choices = choices.data();
   }
   table_.push_back(&option);
}

RemotePlugin::RemotePlugin(const keyseat_descriptor &described, bool inspects,
                           std::unique_ptr<const WorkerLauncher> launcher)
      : c_{described, this}, inspects_(inspects), launcher_(std::move(launcher)) {
   c_.struct_size = sizeof(keyseat_descriptor);
   c_.open = &remote_open;
   c_.get_extension = &remote_descriptor_extension;
}

const RemotePlugin &RemotePlugin::of(const keyseat_descriptor *self) {
   return *static_cast<const Descriptor *>(self)->owner;
}

bool connects(const keyseat_descriptor &descriptor) {
   if ((descriptor.capabilities & KEYSEAT_CAP_NETWORK) != 0) return true;
   for (const keyseat_option *const *option = descriptor.options; *option != nullptr; ++option) {
      if (((*option)->marks & KEYSEAT_MARK_ADDRESS) != 0) return true;
   }
   return false;
}

WorkerPaths paths_of(const keyseat_descriptor &descriptor, const keyseat_setting *settings,
                     std::size_t settings_size) {
   WorkerPaths paths;
   for (std::size_t i = 0; i < settings_size; ++i) {
      const keyseat_setting &setting = settings[i];
      std::uint32_t marks = 0;
      for (const keyseat_option *const *option = descriptor.options; *option != nullptr; ++option) {
         if (std::string_view((*option)->name) == setting.name) marks = (*option)->marks;
      }
      for (std::size_t j = 0; j < setting.text_size; ++j) {
         const std::string text(setting.text[j].data, setting.text[j].size);
         if ((marks & KEYSEAT_MARK_PATH_READ) != 0) paths.read.push_back(text);
         if ((marks & KEYSEAT_MARK_PATH_WRITE) != 0) paths.write.push_back(text);
         if ((marks & KEYSEAT_MARK_PATH_DEVICE) != 0) paths.device.push_back(text);
      }
   }
   return paths;
}

} // namespace keyseat
