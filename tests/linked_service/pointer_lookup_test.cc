// SPDX-License-Identifier: Apache-2.0

#include "linked_service/pointer_lookup.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace keyseat {
namespace {

using sdk::jose::JsonTree;

// Few pointers and many are found in two ways.
class LookUp : public ::testing::TestWithParam<std::size_t> {
 protected:
   // What `pointer` names, asked for together with others.
   JsonValue find(const std::string &pointer) const {
      std::vector<std::string> pointers = {pointer};
      while (pointers.size() < GetParam())
         pointers.push_back(fmt::format("/other/{}", pointers.size()));
      const std::vector<JsonValue> found = look_up(tree_.root(), pointers);
      EXPECT_EQ(found.size(), GetParam());
      return found.front();
   }

   JsonTree tree_{R"({"Name":1,"list":["a",{"x":2}],"a/b~c":3,"":{"":4},"e\u0301":5})"};
};

INSTANTIATE_TEST_SUITE_P(Number, LookUp, ::testing::Values(1, 4, 5, 100));

TEST_P(LookUp, finds_names_without_regard_to_case) {
   EXPECT_EQ(find("/name").raw(), "1");
   EXPECT_EQ(find("/LIST/1/X").raw(), "2");
}

TEST_P(LookUp, finds_the_base_elements_escaped_names_and_empty_ones) {
   EXPECT_EQ(find(""), tree_.root());
   EXPECT_EQ(find("/list/0").raw(), "\"a\"");
   EXPECT_EQ(find("/a~1b~0c").raw(), "3");
   EXPECT_EQ(find("//").raw(), "4");
   EXPECT_EQ(find("/e\u0301").raw(), "5");
}

TEST_P(LookUp, has_no_value_where_there_is_none) {
   for (const char *pointer : {"/nope", "/list/2", "/list/01", "/list/-", "/Name/x", "/list/x"})
      EXPECT_FALSE(find(pointer).exists()) << pointer;
}

} // namespace
} // namespace keyseat
