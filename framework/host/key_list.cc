// SPDX-License-Identifier: Apache-2.0
#include "host/key_list.h"

#include <string_view>

#include "host/capabilities.h"
#include "host/foreign_text.h"

namespace keyseat {
namespace {

std::string_view view_of(const keyseat_text *text) { return {text->data, text->size}; }

std::string state_name(std::uint32_t state) {
   switch (state) {
      case KEYSEAT_KEY_CURRENT:
         return "current";
      case KEYSEAT_KEY_MISSING:
         return "missing";
      default:
         return "retired";
   }
}

} // namespace

std::uint32_t KEYSEAT_CALL KeyList::visit(void *self, const keyseat_key_info *info) noexcept {
   KeyList &list = *static_cast<KeyList *>(self);
   try {
      if (list.flaw_.empty()) list.add(*info);
      return list.flaw_.empty() ? 0 : 1;
   } catch (...) {
      list.flaw_ =
            "too many keys"; // as many as memory has no room for; short, so nothing allocates
      return 1;
   }
}

void KeyList::add(const keyseat_key_info &info) {
   // NOLINTNEXTLINE(bugprone-sizeof-expression): the member is a pointer, and its size is meant
   const bool is_whole = KEYSEAT_HAS(keyseat_key_info, &info, alg);
   if (keys_.size() == kMaxKeys) {
      flaw_ = "too many keys";
   } else if (!is_whole || info.kid == nullptr || info.label == nullptr ||
              info.key_type == nullptr || info.alg == nullptr) {
      flaw_ = "it lists a key without its kid, label, type or algorithm";
   } else if (info.kid->size > KEYSEAT_MAX_KID || !is_printable(view_of(info.kid))) {
      flaw_ = "it lists a key whose kid is too long or not printable";
   } else {
      keys_.push_back(KeyInfo{.state = state_name(info.state),
                              .kid = std::string(view_of(info.kid)),
                              .label = foreign_text(view_of(info.label)),
                              .key_type = foreign_text(view_of(info.key_type)),
                              .alg = foreign_text(view_of(info.alg)),
                              .capabilities = capability_names(info.capabilities),
                              .created_at = info.created_at});
   }
}

} // namespace keyseat
