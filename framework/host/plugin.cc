// SPDX-License-Identifier: Apache-2.0
#include "host/plugin.h"

#include <keyseat/plugin/ext_inspect.h>

#include <fmt/format.h>

#include <array>

#include "base/platform.h"
#include "host/json_shape.h"
#include "host/library.h"
#include "host/plugin_call.h"
#include "host/plugin_protector.h"

namespace keyseat {
namespace {

struct Absence {
   std::string_view id;
   std::string_view why;
};

constexpr std::array kAbsences{
      Absence{"dpapi", "dpapi is not part of this installation, and works on Windows only"},
      Absence{"tpm2", "tpm2 is not part of this installation"},
      Absence{"pkcs11", "pkcs11 is not part of this installation"},
};

} // namespace

std::unique_ptr<Protector> Plugin::open(std::string name, const Settings &settings,
                                        const std::filesystem::path &folder,
                                        Prompter &prompter) const {
   return std::make_unique<PluginProtector>(std::move(name), *descriptor_, isolation_.process,
                                            settings, folder, prompter);
}

PluginFacts Plugin::facts() const {
   return {descriptor_->id, path_, library_digest(*file_), pinned_};
}

std::string Plugin::inspect(std::string_view header, BytesView encrypted_key) const {
   if (descriptor_->get_extension == nullptr || header.size() > KEYSEAT_MAX_HEADER ||
       encrypted_key.size() > KEYSEAT_MAX_ENCRYPTED_KEY) {
      return {};
   }
   const std::string who = fmt::format("plugin '{}'", descriptor_->id);
   const CallContext context{.subject = "explain an encrypted key"};
   PluginCall call(who, context);
   Sink<std::string> explanation("explanation", KEYSEAT_MAX_DOCUMENT);
   const std::string terminated(header);
   const keyseat_text text{terminated.c_str(), terminated.size()};
   const keyseat_bytes input = encrypted_key.c();
   const keyseat_status status = call.run([&]() -> keyseat_status {
      const auto *inspector = static_cast<const keyseat_ext_inspect *>(
            descriptor_->get_extension(descriptor_, KEYSEAT_EXT_INSPECT));
      if (inspector == nullptr) return KEYSEAT_E_NOT_MINE;
      return inspector->explain(descriptor_, call.c(), &text, &input, explanation.c());
   });
   if (status == KEYSEAT_E_NOT_MINE) return {};
   call.check(status, {&explanation});
   if (!is_flat_json_object(explanation.value())) {
      throw plugin_defect(who, "its explanation is no flat JSON object");
   }
   return explanation.take();
}

std::filesystem::path installed_plugin_folder() {
   const std::filesystem::path executable = platform::executable_path();
   if (executable.empty()) return {};
   return executable.parent_path().parent_path() / "lib" / "keyseat" / "plugins";
}

std::string absence_of(std::string_view id) {
   for (const Absence &absence : kAbsences) {
      if (absence.id == id) return std::string(absence.why);
   }
   return {};
}

} // namespace keyseat
