// SPDX-License-Identifier: Apache-2.0
//
// The examples of docs/configuration.md are files, so that they are what they say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/scene.h"

namespace keyseat::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Documentation : public testing::TestWithParam<const char *> {};

TEST_P(Documentation, ShowsTheExampleWordForWord) {
   const std::string page = fixture("../../../docs/configuration.md");
   EXPECT_THAT(page, HasSubstr("```jsonc\n" + fixture(GetParam()) + "```"));
}

INSTANTIATE_TEST_SUITE_P(Examples, Documentation,
                         testing::Values("examples/user.json", "examples/project.json",
                                         "examples/system.json"));

TEST(DocumentationExamples, WorkTogether) {
   const Scene scene;
   scene.put("examples/project.json", scene.project);
   scene.put("examples/user.json", scene.user);
   scene.put("examples/system.json", scene.system);
   const Config config = scene.load();

   const Selection prod = config.select({"x", "Ftp", "ProdNode", scene.project / "x.json"});
   EXPECT_THAT(prod.protect, ElementsAre("node", "recovery", "company-recovery"));
   EXPECT_EQ(prod.binding, "strict");
   const Selection onprem = config.select({"x", "Oracle", "", scene.project / "onprem/x.json"});
   EXPECT_THAT(onprem.protect, ElementsAre("hsm", "recovery", "company-recovery"));
   const Selection rest = config.select({"x", "Oracle", "", scene.project / "x.json"});
   EXPECT_THAT(rest.protect, ElementsAre("dev", "recovery", "company-recovery"));
}

} // namespace
} // namespace keyseat::tests
