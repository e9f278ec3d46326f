// SPDX-License-Identifier: Apache-2.0

#include "contract/configuration.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <stdexcept>

namespace contract {

namespace jose = keyseat::sdk::jose;

bool Configuration::offers(const std::string &extension) const {
   return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

std::string read_file(const std::string &path) {
   std::ifstream stream(path, std::ios::binary);
   if (!stream) throw std::runtime_error("cannot read " + path);
   return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string replaced(std::string text, const std::string &mark, const std::string &value) {
   for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
      text.replace(at, mark.size(), value);
      at += value.size();
   }
   return text;
}

std::string in_directory(std::string text, const std::string &directory) {
   return replaced(std::move(text), "@DIR@", directory);
}

namespace {

std::optional<std::string> text_of(jose::JsonValue value) {
   if (!value.exists()) return std::nullopt;
   return value.public_text();
}

bool is_true(jose::JsonValue value) { return value.exists() && value.boolean(); }

// A misspelt member would test something else than its author means.
void refuse_others(jose::JsonValue object, std::initializer_list<std::string_view> known) {
   for (auto v = object.first(); v.exists(); v = v.next()) {
      if (std::find(known.begin(), known.end(), v.name()) == known.end()) {
         throw std::runtime_error("the configuration has the unknown member '" +
                                  std::string(v.name()) + "'");
      }
   }
}

std::vector<std::uint8_t> octets_of(jose::JsonValue value) {
   auto octets = jose::base64url_decode(value.public_text());
   if (!octets) throw std::runtime_error("the configuration keeps what is no base64url");
   return std::move(*octets);
}

Kept read_kept(jose::JsonValue object) {
   refuse_others(object, {"files", "header", "encrypted-key", "cek"});
   Kept kept;
   for (auto v = object.find("files").first(); v.exists(); v = v.next())
      kept.files[v.name()] = octets_of(v);
   kept.header = object.find("header").raw();
   kept.encrypted_key = octets_of(object.find("encrypted-key"));
   kept.cek = octets_of(object.find("cek"));
   return kept;
}

Configuration read_one(jose::JsonValue object) {
   refuse_others(object, {"name", "settings", "create", "random-files", "needs-key",
                          "key-in-device", "login-shows", "slow", "deterministic", "asks-each-time",
                          "secret-file", "kept", "answer"});
   Configuration result;
   result.name = object.find("name").public_text();
   for (auto v = object.find("settings").first(); v.exists(); v = v.next()) {
      result.settings[v.name()] = v.public_text();
   }
   for (auto v = object.find("random-files").first(); v.exists(); v = v.next()) {
      result.random_files[v.name()] = std::stoul(std::string(v.raw()));
   }
   if (const auto create = object.find("create"); create.exists()) {
      refuse_others(create, {"key-type", "encrypted"});
      result.has_create = true;
      result.key_type = text_of(create.find("key-type"));
      result.encrypted = is_true(create.find("encrypted"));
   }
   const auto needs_key = object.find("needs-key");
   result.needs_key = !needs_key.exists() || needs_key.boolean();
   result.key_in_device = is_true(object.find("key-in-device"));
   result.is_slow = is_true(object.find("slow"));
   result.login_shows = is_true(object.find("login-shows"));
   result.deterministic = is_true(object.find("deterministic"));
   result.asks_each_time = is_true(object.find("asks-each-time"));
   result.secret_file = text_of(object.find("secret-file")).value_or("");
   for (auto v = object.find("kept").first(); v.exists(); v = v.next())
      result.kept.push_back(read_kept(v));
   result.answer = text_of(object.find("answer"));
   return result;
}

} // namespace

Configuration read_configuration(const std::string &file, const std::string &name) {
   const std::string text = read_file(file);
   const jose::JsonTree tree(text);
   refuse_others(tree.root(), {"extensions", "configurations"});
   for (auto v = tree.root().find("configurations").first(); v.exists(); v = v.next()) {
      if (!v.find("name").text_is(name)) continue;
      Configuration result = read_one(v);
      for (auto e = tree.root().find("extensions").first(); e.exists(); e = e.next()) {
         result.extensions.push_back(e.public_text());
      }
      return result;
   }
   throw std::runtime_error(file + " has no configuration " + name);
}

void check_settings(const Configuration &configuration, const keyseat_descriptor &descriptor) {
   std::set<std::string> names;
   for (const auto *const *option = descriptor.options; *option != nullptr; ++option) {
      const std::string name = (*option)->name;
      names.insert(name);
      if (((*option)->marks & KEYSEAT_MARK_REQUIRED) != 0 &&
          configuration.settings.count(name) == 0)
         throw std::runtime_error("the configuration has no setting '" + name +
                                  "', which the plugin requires");
   }
   for (const auto &[name, value] : configuration.settings) {
      if (names.count(name) == 0)
         throw std::runtime_error("the plugin has no option '" + name + "'");
   }
}

} // namespace contract
