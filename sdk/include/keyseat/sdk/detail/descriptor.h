// SPDX-License-Identifier: Apache-2.0
//
// keyseat_descriptor over an author's Description. A detail of the layer.

#ifndef KEYSEAT_SDK_DETAIL_DESCRIPTOR_H
#define KEYSEAT_SDK_DETAIL_DESCRIPTOR_H

#include <keyseat/plugin/entry.h>
#include <keyseat/plugin/ext_inspect.h>
#include <keyseat/sdk/description.h>
#include <keyseat/sdk/detail/extensions.h>

#include <vector>

namespace keyseat::sdk::detail {

// The descriptor and all that it points to. Neither copied nor moved.
class Module {
 public:
   using Open = decltype(keyseat_descriptor::open);
   using GetExtension = decltype(keyseat_descriptor::get_extension);

   Module(Description description, Open open, GetExtension get_extension)
         : description_(std::move(description)) {
      options_.reserve(description_.options.size());
      for (Option &option : description_.options)
         add(option);
      for (const keyseat_option &option : options_)
         option_pointers_.push_back(&option);
      option_pointers_.push_back(nullptr);

      c_.struct_size = sizeof c_;
      c_.draft = KEYSEAT_DRAFT;
      c_.capabilities = description_.capabilities;
      c_.id = description_.id;
      c_.name = description_.name;
      c_.vendor = description_.vendor;
      c_.version = description_.version;
      c_.description = description_.description;
      c_.license = description_.license;
      c_.url = description_.url;
      c_.options = option_pointers_.data();
      c_.open = open;
      c_.get_extension = get_extension;
   }
   Module(const Module &) = delete;
   Module &operator=(const Module &) = delete;
   ~Module() = default;

   const keyseat_descriptor &c() const { return c_; }
   const Description &description() const { return description_; }

 private:
   void add(Option &option) {
      const char *const *choices = nullptr;
      if (option.type == KEYSEAT_OPTION_ONE_OF) {
         option.choices.push_back(nullptr);
         choices = option.choices.data();
      }
      keyseat_option c{};
      c.struct_size = sizeof c;
      c.type = option.type;
      c.marks = option.marks;
      c.name = option.name;
      c.description = option.description;
      c.default_value = option.default_value;
      c.choices = choices;
      options_.push_back(c);
   }

   Description description_;
   std::vector<keyseat_option> options_;
   std::vector<const keyseat_option *> option_pointers_;
   keyseat_descriptor c_{};
};

// What one library registers; `describe` makes its Description.
template <Description (*describe)()>
struct Registration {
   // Made by the first call, constant from then on, never destroyed: it lives as long as the process
   // (R-MEM-4), and a destructor would be an atexit handler (R-PRC-1).
   static const Module &module() {
      static const Module *const instance = new Module(describe(), open, get_extension);
      return *instance;
   }

   // keyseat_plugin_v1(). Null when memory ran out.
   static const keyseat_descriptor *descriptor() noexcept {
      try {
         return &module().c();
      } catch (...) {
         return nullptr;
      }
   }

 private:
   static keyseat_status KEYSEAT_CALL open(const keyseat_descriptor *, const keyseat_host *host,
                                           const keyseat_call *call,
                                           const keyseat_setting *settings,
                                           std::size_t settings_size,
                                           const keyseat_instance **instance) {
      return guarded(call, [&] {
         const Host the_host(host);
         auto protector = module().description().open(the_host, Call(the_host, call),
                                                      Settings(settings, settings_size));
         if (protector == nullptr) {
            throw Failure(KEYSEAT_E_INTERNAL, "the plugin opened nothing");
         }
         // Freed by close().
         *instance = &(new Instance(the_host, std::move(protector)))->c;
      });
   }

   static keyseat_status KEYSEAT_CALL explain(const keyseat_descriptor *, const keyseat_call *call,
                                              const keyseat_text *header,
                                              const keyseat_bytes *encrypted_key,
                                              const keyseat_sink *explanation) {
      return guarded(call, [&] {
         put(explanation, module().description().inspect(view(header), BytesView(*encrypted_key)),
             "explanation");
      });
   }

   static constexpr keyseat_ext_inspect kInspectTable{explain};

   static const void *KEYSEAT_CALL get_extension(const keyseat_descriptor *, const char *id) {
      const bool offered = module().description().inspect != nullptr;
      return offered && std::string_view(id) == KEYSEAT_EXT_INSPECT ? &kInspectTable : nullptr;
   }
};

} // namespace keyseat::sdk::detail

#endif
