// SPDX-License-Identifier: Apache-2.0

#include "contract/opened.h"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

namespace contract {

namespace {

std::string text_of(const keyseat_text *text) { return {text->data, text->size}; }

// The settings that a host makes of a configuration: typed by the table, defaults filled in.
class SettingRows {
 public:
   SettingRows(const keyseat_descriptor &descriptor,
               const std::map<std::string, std::string> &configured) {
      for (const auto *const *option = descriptor.options; *option != nullptr; ++option) {
         const auto found = configured.find((*option)->name);
         if (found != configured.end()) {
            add(**option, found->second, false);
         } else if ((*option)->default_value != nullptr) {
            add(**option, (*option)->default_value, true);
         }
      }
      for (std::size_t i = 0; i < rows_.size(); ++i) {
         texts_[i] = {values_[i].c_str(), values_[i].size()};
         if (is_text_[i]) rows_[i].text = &texts_[i];
      }
   }
   const keyseat_setting *data() const { return rows_.data(); }
   std::size_t size() const { return rows_.size(); }

 private:
   void add(const keyseat_option &option, const std::string &value, bool is_default) {
      keyseat_setting row{};
      row.type = option.type;
      row.is_default = is_default ? 1 : 0;
      row.name = option.name;
      const bool is_text =
            option.type != KEYSEAT_OPTION_INTEGER && option.type != KEYSEAT_OPTION_BOOLEAN;
      if (option.type == KEYSEAT_OPTION_INTEGER) row.integer = std::stoll(value);
      if (option.type == KEYSEAT_OPTION_BOOLEAN) row.integer = value == "true" ? 1 : 0;
      row.text_size = is_text ? 1 : 0;
      rows_.push_back(row);
      values_.push_back(value);
      is_text_.push_back(is_text);
      texts_.emplace_back();
   }

   std::vector<keyseat_setting> rows_;
   std::vector<std::string> values_;
   std::vector<keyseat_text> texts_;
   std::vector<bool> is_text_;
};

template <class Result, class Function>
void run(Host &host, Result &result, const char *what, Function &&function) {
   Call call(host);
   result.status = call.run(what, function);
   result.explained = call.explained();
}

} // namespace

Opened::Opened(const keyseat_descriptor &descriptor, Host &host,
               const std::map<std::string, std::string> &settings)
      : host_(host) {
   Call call(host);
   const SettingRows rows(descriptor, settings);
   const keyseat_status status = call.run("open", [&](const keyseat_call *c) {
      return descriptor.open(&descriptor, host.c(), c, rows.data(), rows.size(), &instance_);
   });
   if (status != KEYSEAT_OK || instance_ == nullptr) {
      throw std::runtime_error("open() fails: " +
                               (call.explained() ? call.explained()->message : "no message"));
   }
}

Opened::~Opened() { instance_->close(instance_); }

StatusOutcome Opened::status() const {
   StatusOutcome result;
   Sink kid(KEYSEAT_MAX_KID);
   Sink message(limits.text < KEYSEAT_MAX_TEXT ? limits.text : KEYSEAT_MAX_TEXT);
   Sink details(limits.text);
   struct { // as a later revision has it (R-GRW-2)
      keyseat_status_info c;
      std::uint8_t newer[32];
   } info{};
   info.c.struct_size = sizeof info;
   info.c.kid = kid.c();
   info.c.message = message.c();
   info.c.details = details.c();
   run(host_, result, "status",
       [&](const keyseat_call *call) { return instance_->status(instance_, call, &info.c); });
   for (const std::uint8_t byte : info.newer) {
      EXPECT_EQ(byte, 0) << "R-GRW-2: wrote beyond the members that it knows";
   }
   EXPECT_EQ(info.c.struct_size, sizeof info) << "R-GRW-2: struct_size is its writer's";
   result.health = info.c.health;
   result.capabilities = info.c.capabilities;
   result.kid = kid.text();
   result.message = message.text();
   result.details = details.text();
   host_.check_text("status", result.kid + "\n" + result.message + "\n" + result.details);
   return result;
}

Wrapped Opened::wrap(const Bytes &cek) const {
   Wrapped result;
   host_.secrets.plant(cek);
   Sink header(limits.header);
   Sink encrypted_key(limits.encrypted_key);
   Bytes input = cek;
   const keyseat_bytes view{input.data(), input.size()};
   run(host_, result, "wrap", [&](const keyseat_call *call) {
      return instance_->wrap(instance_, call, &view, header.c(), encrypted_key.c());
   });
   EXPECT_EQ(input, cek) << "R-MEM-2: wrap changed its input";
   result.header = header.text();
   result.encrypted_key = encrypted_key.bytes();
   host_.check_text("header", result.header);
   return result;
}

Unwrapped Opened::unwrap(const std::string &header, const Bytes &encrypted_key) const {
   Unwrapped result;
   Sink cek(limits.cek);
   const keyseat_text header_view{header.c_str(), header.size()};
   const keyseat_bytes key_view{encrypted_key.data(), encrypted_key.size()};
   run(host_, result, "unwrap", [&](const keyseat_call *call) {
      return instance_->unwrap(instance_, call, &header_view, &key_view, cek.c());
   });
   if (result.status == KEYSEAT_OK) result.cek = cek.bytes();
   return result;
}

TextOutcome Opened::create(const std::optional<std::string> &key_type, std::uint32_t flags,
                           std::uint8_t request_id) const {
   TextOutcome result;
   const auto *keys = extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   Sink kid(KEYSEAT_MAX_KID);
   keyseat_key_request request{};
   request.struct_size = sizeof request;
   request.flags = flags;
   request.key_type = key_type ? key_type->c_str() : nullptr;
   Call call(host_);
   if (request_id != 0) call.set_request_id(request_id);
   result.status = call.run("create", [&](const keyseat_call *c) {
      return keys->create(instance_, c, &request, kid.c());
   });
   result.explained = call.explained();
   result.text = kid.text();
   return result;
}

ListOutcome Opened::list() const {
   ListOutcome result;
   const auto *keys = extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   const keyseat_key_visitor visitor = [](void *data, const keyseat_key_info *info) {
      EXPECT_GE(info->struct_size, sizeof *info) << "R-GRW-2";
      static_cast<ListOutcome *>(data)->keys.push_back(
            {info->state, info->capabilities, text_of(info->kid), text_of(info->label),
             text_of(info->key_type), text_of(info->alg)});
      return std::uint32_t{0};
   };
   run(host_, result, "list",
       [&](const keyseat_call *call) { return keys->list(instance_, call, visitor, &result); });
   return result;
}

Outcome Opened::destroy(const std::string &kid) const {
   Outcome result;
   const auto *keys = extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   const keyseat_text view{kid.c_str(), kid.size()};
   run(host_, result, "destroy",
       [&](const keyseat_call *call) { return keys->destroy(instance_, call, &view); });
   return result;
}

TextOutcome Opened::export_jwk() const {
   TextOutcome result;
   const auto *table = extension<keyseat_ext_public_key>(KEYSEAT_EXT_PUBLIC_KEY);
   Sink jwk(limits.text);
   run(host_, result, "export_jwk",
       [&](const keyseat_call *call) { return table->export_jwk(instance_, call, jwk.c()); });
   result.text = jwk.text();
   host_.check_text("public key", result.text);
   return result;
}

TextOutcome Opened::self_test() const {
   TextOutcome result;
   const auto *table = extension<keyseat_ext_self_test>(KEYSEAT_EXT_SELF_TEST);
   Sink report(limits.text);
   run(host_, result, "self-test",
       [&](const keyseat_call *call) { return table->run(instance_, call, report.c()); });
   result.text = report.text();
   host_.check_text("self-test report", result.text);
   return result;
}

} // namespace contract
