// SPDX-License-Identifier: Apache-2.0
//
// The product makes of a definition what the independent implementation made of it: the published
// vector's payload and bound members.

#include "jose/digest.h"
#include "json/document.h"
#include "linked_service/binding.h"
#include "linked_service/discovery.h"
#include "linked_service/take_out.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace keyseat {
namespace {

using nlohmann::json;

class PublishedCredential : public testing::Test {
 protected:
   static json read() {
      std::ifstream file(std::string(KEYSEAT_TESTS_DIR) + "/vectors/keyseat/credential.json");
      return json::parse(file);
   }

   const json vector = read();
   const std::string original = vector["original"];
   const Document document = Document::parse(as_bytes(original), "original");
   const Definition definition = find_definitions(document).at(0);
   const TakenOut taken =
         take_out(document, definition, discover_secrets(definition).secrets, plain_digest);
};

TEST_F(PublishedCredential, HasThePayloadThatTheProductWrites) {
   EXPECT_EQ(write_payload(taken.payload).reveal_text(), vector["payload"]);
}

TEST_F(PublishedCredential, GivesTheDefinitionBack) {
   const Document left = Document::parse(taken.text, "left");
   const std::string text = vector["payload"];
   const Restored whole =
         put_back(left, find_definitions(left).at(0), read_payload(text), plain_digest);
   EXPECT_EQ(whole.document.text(), original);
}

TEST_F(PublishedCredential, IsBoundToTheMembersThatTheProductBinds) {
   const Document left = Document::parse(taken.text, "left");
   json bound;
   for (const BoundMember &member :
        bound_members(find_definitions(left).at(0), BindingScope::target)) {
      bound[member.pointer] = json::parse(member.canonical.reveal_text());
   }
   EXPECT_EQ(bound, vector["bound"]);
}

} // namespace
} // namespace keyseat
