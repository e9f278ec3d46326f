// SPDX-License-Identifier: Apache-2.0
#include "config/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <keyseat/error.h>
#include <keyseat/sdk/jose/json.h>

#include "json/pointer.h"

namespace keyseat {
namespace {

using sdk::jose::JsonKind;
using sdk::jose::JsonTree;
using testing::UnorderedElementsAre;

constexpr const char *kKeyfileOptions = R"({
   "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
   "properties": {"key": {"type": "string"}}, "required": ["key"], "additionalProperties": false})";

std::vector<std::string> names_in(JsonValue object) {
   std::vector<std::string> names;
   for (JsonValue member = object.first(); member.exists(); member = member.next()) {
      names.push_back(member.name());
   }
   return names;
}

std::string text_at(const std::string &schema, const std::string &pointer) {
   const JsonTree tree(schema);
   const JsonValue value = resolve_pointer(tree.root(), pointer);
   return value.is(JsonKind::string) ? value.public_text() : std::string(value.raw());
}

TEST(Schema, IsOfTheDraftThatItNames) {
   EXPECT_EQ(text_at(config_schema({}), "/$schema"),
             "https://json-schema.org/draft/2020-12/schema");
}

TEST(Schema, KnowsTheMembersThatTheReaderKnowsAndNoOthers) {
   const std::string schema = config_schema({});
   const JsonTree tree(schema);
   EXPECT_THAT(names_in(resolve_pointer(tree.root(), "/properties")),
               UnorderedElementsAre("$schema", "protectors", "rules", "policy", "plugins"));
   EXPECT_THAT(names_in(resolve_pointer(tree.root(), "/$defs/protector/properties")),
               UnorderedElementsAre("plugin", "config", "isolation", "public-key"));
   EXPECT_THAT(names_in(resolve_pointer(tree.root(), "/$defs/rule/properties")),
               UnorderedElementsAre("when", "protect", "binding"));
   EXPECT_THAT(names_in(resolve_pointer(tree.root(), "/$defs/rule/properties/when/properties")),
               UnorderedElementsAre("integrationRuntime", "type", "name", "path"));
   for (const char *object : {"", "/$defs/protector", "/$defs/rule", "/$defs/rule/properties/when",
                              "/properties/policy", "/properties/plugins"}) {
      EXPECT_EQ(text_at(schema, std::string(object) + "/additionalProperties"), "false") << object;
   }
}

TEST(Schema, EveryReferenceHasItsDefinition) {
   const std::string schema = config_schema({{"keyfile", kKeyfileOptions}});
   const JsonTree tree(schema);
   std::size_t references = 0;
   for (std::size_t at = schema.find("\"$ref\""); at != std::string::npos;
        at = schema.find("\"$ref\"", at + 1)) {
      const std::size_t begin = schema.find('#', at) + 1;
      const std::string pointer = schema.substr(begin, schema.find('"', begin) - begin);
      EXPECT_TRUE(resolve_pointer(tree.root(), pointer).exists()) << pointer;
      ++references;
   }
   EXPECT_GE(references, 6U);
}

TEST(Schema, APluginsOptionsApplyWhereItIsNamed) {
   const std::string schema = config_schema({{"keyfile", kKeyfileOptions}});
   const std::string place = "/$defs/protector/allOf/0";
   EXPECT_EQ(text_at(schema, place + "/if/properties/plugin/const"), "keyfile");
   EXPECT_EQ(text_at(schema, place + "/then/properties/config/properties/key/type"), "string");
   EXPECT_EQ(text_at(schema, place + "/then/properties/config/$schema"), "");
}

TEST(Schema, ConfigIsRequiredWhereAnOptionIs) {
   const std::string schema =
         config_schema({{"a", kKeyfileOptions}, {"b", R"({"type": "object"})"}});
   EXPECT_EQ(text_at(schema, "/$defs/protector/allOf/0/then/required/0"), "config");
   EXPECT_EQ(text_at(schema, "/$defs/protector/allOf/1/then/required"), "");
}

TEST(Schema, EditorsAreOfferedTheInstalledPlugins) {
   const std::string schema = config_schema({{"keyfile", "{}"}, {"tpm2", "{}"}});
   EXPECT_EQ(text_at(schema, "/$defs/protector/properties/plugin/examples/1"), "tpm2");
}

TEST(Schema, ListsAreLists) {
   const std::string schema = config_schema({{"keyfile", kKeyfileOptions}});
   const JsonTree tree(schema);
   for (const char *pointer :
        {"/$defs/rule/required", "/$defs/protector/oneOf", "/$defs/protector/allOf",
         "/$defs/protector/oneOf/0/required", "/$defs/protector/oneOf/1/required",
         "/$defs/protector/dependentRequired/config", "/$defs/protector/allOf/0/if/required",
         "/$defs/protector/allOf/0/then/required", "/$defs/binding/enum",
         "/$defs/protector/properties/config/additionalProperties/anyOf",
         "/$defs/rule/properties/when/properties/path/anyOf"}) {
      EXPECT_TRUE(resolve_pointer(tree.root(), pointer).is(JsonKind::array)) << pointer;
   }
}

TEST(Schema, AnOptionSchemaThatIsNoObjectIsADefect) {
   EXPECT_THROW(config_schema({{"keyfile", "[]"}}), Error);
   EXPECT_THROW(config_schema({{"keyfile", "{"}}), Error);
}

} // namespace
} // namespace keyseat
