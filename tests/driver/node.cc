// SPDX-License-Identifier: Apache-2.0

#include "driver/node.h"

#include <keyseat/sdk/jose/encoding.h>

#include <fmt/format.h>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace keyseat::test {

namespace {

std::string configuration(const std::vector<std::string> &protectors) {
   std::string entries;
   std::string names;
   for (const auto &name : protectors) {
      const std::string_view comma = entries.empty() ? "" : ", ";
      entries +=
            fmt::format(R"({}"{}": {{ "plugin": "keyfile", "config": {{ "key": "{}.jwk" }} }})",
                        comma, name, name);
      names += fmt::format(R"({}"{}")", comma, name);
   }
   return fmt::format(R"({{ "protectors": {{ {} }}, "rules": [ {{ "protect": [ {} ] }} ] }})",
                      entries, names);
}

DefinitionFile file_of(std::string_view definition) {
   DefinitionFile file;
   file.content = as_bytes(definition);
   file.name = "definition.json";
   return file;
}

template <class Operation>
Error error_of(Operation operation) {
   try {
      operation();
   } catch (const Error &error) {
      return error;
   }
   throw std::logic_error("nothing was refused");
}

} // namespace

std::string sql_server_definition() {
   return "{\n\t\"name\": \"SqlServerLinkedService\",\n\t\"properties\": {\n\t\t\"type\": "
          "\"SqlServer\",\n"
          "\t\t\"typeProperties\": {\n\t\t\t\"connectionString\": {\n\t\t\t\t\"type\": "
          "\"SecureString\",\n"
          "\t\t\t\t\"value\": \"Server=sql01;Database=sales;User ID=etl;Password=" +
          std::string(kPassword) +
          ";Timeout=60\"\n\t\t\t},\n\t\t\t\"userName\": \"corp\\\\etl\"\n\t\t},\n"
          "\t\t\"connectVia\": {\n\t\t\t\"referenceName\": \"ProdRuntime\",\n"
          "\t\t\t\"type\": \"IntegrationRuntimeReference\"\n\t\t}\n\t}\n}\n";
}

Node::Node(const std::vector<std::string> &protectors, const std::string &key_type)
      : folder_(scratch_.path()), prompter_(no_prompter()) {
   configure(configuration(protectors));
   for (const auto &name : protectors)
      create(name, key_type);
}

Node::~Node() = default;

void Node::configure(std::string_view json) {
   ConfigSearch search;
   search.named = write("keyseat.json", json);
   search.working_folder = folder_;
   search.user_folder = folder_ / "no-user-configuration";
   search.system_folder = folder_ / "no-system-configuration";
   driver_.reset();
   config_ = std::make_unique<Config>(Config::load(search));
   driver_ = std::make_unique<Driver>(*config_, *prompter_);
}

void Node::create(const std::string &protector, const std::string &key_type) {
   KeyRequest request;
   request.key_type = key_type;
   driver_->protectors().open(protector).create_key({}, request);
}

std::string Node::encrypt(std::string_view definition, const SealOptions &options) {
   return std::string(driver_->encrypt(file_of(definition), options).output.reveal_text());
}

std::string Node::decrypt(std::string_view definition) {
   return std::string(driver_->decrypt(file_of(definition)).output.reveal_text());
}

Error Node::decrypt_error(std::string_view definition) {
   return error_of([&] { decrypt(definition); });
}

Error Node::encrypt_error(std::string_view definition, const SealOptions &options) {
   return error_of([&] { encrypt(definition, options); });
}

std::filesystem::path Node::export_public(const std::string &protector) {
   return write(protector + ".public.jwk",
                driver_->protectors().open(protector).export_public_key({}));
}

std::filesystem::path Node::write(const std::string &name, std::string_view content) const {
   const std::filesystem::path path = folder_ / name;
   std::ofstream(path, std::ios::binary) << content;
   return path;
}

std::string Node::read(const std::string &name) const {
   std::ostringstream text;
   text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
   return text.str();
}

std::string credential_json(std::string_view definition) {
   constexpr std::string_view kName = "\"encryptedCredential\":";
   const auto begin = definition.find('"', definition.find(kName) + kName.size()) + 1;
   const auto end = definition.find('"', begin);
   const auto json = sdk::jose::base64_decode(definition.substr(begin, end - begin));
   if (!json) throw std::runtime_error("the credential is no base64");
   return std::string(as_text(*json));
}

std::string with_credential(std::string_view definition,
                            const std::function<std::string(const std::string &json)> &change) {
   const std::string before = credential_json(definition);
   return replaced(definition, sdk::jose::base64_encode(as_bytes(before)),
                   sdk::jose::base64_encode(as_bytes(change(before))));
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
   const auto at = text.find(from);
   if (at == std::string_view::npos) {
      throw std::logic_error(fmt::format("the text does not hold {}", from));
   }
   std::string result(text);
   result.replace(at, from.size(), to);
   return result;
}

} // namespace keyseat::test
