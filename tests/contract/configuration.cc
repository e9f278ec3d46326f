// SPDX-License-Identifier: Apache-2.0

#include "contract/configuration.h"

#include <keyseat/sdk/jose/json.h>
#include <algorithm>
#include <fstream>
#include <iterator>
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

Configuration read_one(jose::JsonValue object) {
   Configuration result;
   result.name = object.find("name").public_text();
   for (auto v = object.find("settings").first(); v.exists(); v = v.next()) {
      result.settings[v.name()] = v.public_text();
   }
   for (auto v = object.find("random-files").first(); v.exists(); v = v.next()) {
      result.random_files[v.name()] = std::stoul(std::string(v.raw()));
   }
   if (const auto create = object.find("create"); create.exists()) {
      result.has_create = true;
      result.key_type = text_of(create.find("key-type"));
      result.encrypted = is_true(create.find("encrypted"));
   }
   const auto needs_key = object.find("needs-key");
   result.needs_key = !needs_key.exists() || needs_key.boolean();
   result.key_in_device = is_true(object.find("key-in-device"));
   result.login_shows = is_true(object.find("login-shows"));
   result.secret_file = text_of(object.find("secret-file")).value_or("");
   result.answer = text_of(object.find("answer"));
   return result;
}

} // namespace

Configuration read_configuration(const std::string &file, const std::string &name) {
   const std::string text = read_file(file);
   const jose::JsonTree tree(text);
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

} // namespace contract
