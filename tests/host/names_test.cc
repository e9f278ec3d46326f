// SPDX-License-Identifier: Apache-2.0
//
// Names that are near others, and text of plugins.

#include <gtest/gtest.h>

#include <string>

#include "host/foreign_text.h"
#include "host/json_shape.h"
#include "host/names.h"
#include "host/plugin.h"

namespace keyseat {
namespace {

TEST(PluginId, IsAtMost64BytesOfDottedLabels) {
   EXPECT_TRUE(is_plugin_id("keyfile"));
   EXPECT_TRUE(is_plugin_id("com.example-inc.vault2"));
   EXPECT_TRUE(is_plugin_id(std::string(64, 'a')));
   EXPECT_FALSE(is_plugin_id(std::string(65, 'a')));
}

TEST(ForeignText, IsPrintable) {
   EXPECT_EQ(foreign_text("a\x1b[31m").find('\x1b'), std::string::npos);
}

TEST(ForeignText, IsCutBetweenCharacters) {
   const std::string text = std::string(KEYSEAT_MAX_TEXT - 1, 'x') + "\u00e4\u00e4";
   EXPECT_EQ(foreign_text(std::string_view(text)), std::string(KEYSEAT_MAX_TEXT - 1, 'x'));
}

TEST(ForeignText, OfNoTextIsEmpty) {
   EXPECT_EQ(foreign_text(static_cast<const char *>(nullptr)), "");
}

TEST(JsonShape, TellsObjectsFromTheRest) {
   EXPECT_TRUE(is_json_object("{}"));
   EXPECT_FALSE(is_json_object("[]"));
   EXPECT_FALSE(is_json_object("{} x"));
   EXPECT_FALSE(is_json_object("{\"a\":\"\xff\"}"));
   EXPECT_TRUE(is_flat_json_object(R"({"a":1,"b":"x","c":true})"));
   EXPECT_FALSE(is_flat_json_object(R"({"a":[]})"));
   EXPECT_FALSE(is_flat_json_object(R"({"a":null})"));
}

TEST(JsonShape, SurvivesNesting) {
   EXPECT_FALSE(is_json_object(std::string(60000, '[')));
   EXPECT_TRUE(is_json_array(std::string(30000, '[') + std::string(30000, ']')));
}

TEST(Absence, IsASentenceForPluginsOfOtherPlatforms) {
   EXPECT_EQ(absence_of("dpapi"),
             "dpapi is not part of this installation, and works on Windows only");
   EXPECT_EQ(absence_of("com.example.vault"), "");
}

} // namespace
} // namespace keyseat
