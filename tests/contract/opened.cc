// SPDX-License-Identifier: Apache-2.0

#include "contract/opened.h"

#include "contract/status_name.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace contract {

namespace {

// The settings that a host makes of a configuration: typed by the table, defaults filled in (R-HST-2).
class SettingRows {
 public:
   SettingRows(Lent &lent, const keyseat_descriptor &descriptor,
               const std::map<std::string, std::string> &configured)
         : lent_(lent) {
      for (const auto *const *option = descriptor.options; *option != nullptr; ++option) {
         const auto found = configured.find((*option)->name);
         if (found != configured.end()) {
            add(**option, found->second, false);
         } else if ((*option)->default_value != nullptr) {
            add(**option, (*option)->default_value, true);
         }
      }
      data_ = lent.array<keyseat_setting>(rows_.size());
      std::copy(rows_.begin(), rows_.end(), data_);
   }
   const keyseat_setting *data() const { return data_; }
   std::size_t size() const { return rows_.size(); }

 private:
   void add(const keyseat_option &option, const std::string &value, bool is_default) {
      keyseat_setting row{};
      row.type = option.type;
      row.is_default = is_default ? 1 : 0;
      row.name = lent_.text(option.name)->data;
      if (option.type == KEYSEAT_OPTION_INTEGER) {
         row.integer = std::stoll(value);
      } else if (option.type == KEYSEAT_OPTION_BOOLEAN) {
         row.integer = value == "true" ? 1 : 0;
      } else {
         row.text = lent_.text(value);
         row.text_size = 1;
      }
      rows_.push_back(row);
   }

   Lent &lent_;
   std::vector<keyseat_setting> rows_;
   keyseat_setting *data_ = nullptr;
};

void require_functions(const keyseat_instance &instance) {
   if (instance.status == nullptr || instance.wrap == nullptr || instance.unwrap == nullptr ||
       instance.get_extension == nullptr || instance.close == nullptr) {
      throw std::runtime_error("R-MEM-5: the instance lacks a function");
   }
}

} // namespace

template <class Result, class Function>
void Opened::run(Result &result, const char *what, Function &&function) const {
   Call call(host_);
   if (before) before(call);
   result.status = call.run(what, [&](const keyseat_call *c) { return function(c, call.lent()); });
   result.explained = call.explained();
}

Opened::Opened(const keyseat_descriptor &descriptor, Host &host,
               const std::map<std::string, std::string> &settings)
      : host_(host) {
   Call call(host);
   const SettingRows rows(call.lent(), descriptor, settings);
   const keyseat_status status = call.run("open", [&](const keyseat_call *c) {
      return descriptor.open(&descriptor, host.c(), c, rows.data(), rows.size(), &instance_);
   });
   if (status != KEYSEAT_OK || instance_ == nullptr) {
      throw std::runtime_error("open() answers " + status_name(status) + ": " +
                               (call.explained() ? call.explained()->message : "no message"));
   }
   require_functions(*instance_);
}

Opened::~Opened() { instance_->close(instance_); }

// A table is nothing but functions.
const void *Opened::find_extension(const char *id, std::size_t functions) const {
   const void *table = instance_->get_extension(instance_, id);
   for (std::size_t i = 0; table != nullptr && i < functions; ++i) {
      const void *function = nullptr;
      std::memcpy(&function, static_cast<const char *>(table) + i * sizeof function,
                  sizeof function);
      if (function == nullptr) {
         throw std::runtime_error(std::string("R-MEM-5: ") + id + " lacks a function");
      }
   }
   return table;
}

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
   run(result, "status", [&](const keyseat_call *call, Lent &) {
      return instance_->status(instance_, call, &info.c);
   });
   for (const std::uint8_t byte : info.newer) {
      EXPECT_EQ(byte, 0) << "R-GRW-2: wrote beyond the members that it knows";
   }
   EXPECT_EQ(info.c.struct_size, sizeof info) << "R-GRW-2: struct_size is its writer's";
   result.health = info.c.health;
   result.capabilities = info.c.capabilities;
   result.kid = kid.text();
   result.message = message.text();
   result.details = details.text();
   host_.check_text("kid", result.kid, KEYSEAT_MAX_KID);
   host_.check_text("status message", result.message, KEYSEAT_MAX_TEXT);
   host_.check_text("status detail", result.details);
   return result;
}

Wrapped Opened::wrap(const Bytes &cek) const {
   Wrapped result;
   host_.secrets.plant(cek);
   Sink header(limits.header);
   Sink encrypted_key(limits.encrypted_key);
   run(result, "wrap", [&](const keyseat_call *call, Lent &lent) {
      const keyseat_bytes *input = lent.bytes(cek);
      const keyseat_status status =
            instance_->wrap(instance_, call, input, header.c(), encrypted_key.c());
      EXPECT_EQ(Bytes(input->data, input->data + input->size), cek)
            << "R-MEM-2: wrap changed its input";
      return status;
   });
   result.header = header.text();
   result.encrypted_key = encrypted_key.bytes();
   host_.check_text("header", result.header, KEYSEAT_MAX_HEADER);
   return result;
}

Unwrapped Opened::unwrap(const std::string &header, const Bytes &encrypted_key) const {
   Unwrapped result;
   Sink cek(limits.cek);
   run(result, "unwrap", [&](const keyseat_call *call, Lent &lent) {
      return instance_->unwrap(instance_, call, lent.text(header), lent.bytes(encrypted_key),
                               cek.c());
   });
   if (result.status == KEYSEAT_OK) result.cek = cek.bytes();
   return result;
}

TextOutcome Opened::create(const std::optional<std::string> &key_type, std::uint32_t flags,
                           std::uint8_t request_id) const {
   TextOutcome result;
   const auto *keys = extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   Sink kid(KEYSEAT_MAX_KID);
   Call call(host_);
   if (request_id != 0) call.set_request_id(request_id);
   auto *request = call.lent().array<keyseat_key_request>(1);
   request->struct_size = sizeof *request;
   request->flags = flags;
   request->key_type = key_type ? call.lent().text(*key_type)->data : nullptr;
   result.status = call.run("create", [&](const keyseat_call *c) {
      return keys->create(instance_, c, request, kid.c());
   });
   result.explained = call.explained();
   result.text = kid.text();
   host_.check_text("kid", result.text, KEYSEAT_MAX_KID);
   return result;
}

namespace {

// What the visitor of a listing works on.
struct Visit {
   const Host &host;
   ListOutcome &result;
   std::size_t limit;
};

std::string checked_text(const Host &host, const char *what, const keyseat_text *text) {
   std::string copy(text->data, text->size);
   host.check_text(what, copy, KEYSEAT_MAX_TEXT);
   return copy;
}

std::uint32_t KEYSEAT_CALL visit(void *data, const keyseat_key_info *info) {
   const Visit &visit = *static_cast<const Visit *>(data);
   auto &keys = visit.result.keys;
   EXPECT_GE(info->struct_size, sizeof *info) << "R-GRW-2";
   EXPECT_LT(keys.size(), visit.limit) << "R-KEYS-3: the listing has been ended";
   keys.push_back({info->state, info->capabilities, info->created_at,
                   checked_text(visit.host, "kid", info->kid),
                   checked_text(visit.host, "label of a key", info->label),
                   checked_text(visit.host, "type of a key", info->key_type),
                   checked_text(visit.host, "algorithm", info->alg)});
   return keys.size() < visit.limit ? 0 : 1;
}

} // namespace

ListOutcome Opened::list(std::size_t limit) const {
   ListOutcome result;
   const auto *keys = extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   Visit data{host_, result, limit};
   run(result, "list",
       [&](const keyseat_call *call, Lent &) { return keys->list(instance_, call, visit, &data); });
   return result;
}

Outcome Opened::destroy(const std::string &kid) const {
   Outcome result;
   const auto *keys = extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS);
   run(result, "destroy", [&](const keyseat_call *call, Lent &lent) {
      return keys->destroy(instance_, call, lent.text(kid));
   });
   return result;
}

TextOutcome Opened::export_jwk() const {
   TextOutcome result;
   const auto *table = extension<keyseat_ext_public_key>(KEYSEAT_EXT_PUBLIC_KEY);
   Sink jwk(limits.text);
   run(result, "export_jwk", [&](const keyseat_call *call, Lent &) {
      return table->export_jwk(instance_, call, jwk.c());
   });
   result.text = jwk.text();
   host_.check_text("public key", result.text);
   return result;
}

TextOutcome Opened::self_test() const {
   TextOutcome result;
   const auto *table = extension<keyseat_ext_self_test>(KEYSEAT_EXT_SELF_TEST);
   Sink report(limits.text);
   run(result, "self-test",
       [&](const keyseat_call *call, Lent &) { return table->run(instance_, call, report.c()); });
   result.text = report.text();
   host_.check_text("self-test report", result.text);
   return result;
}

} // namespace contract
