// SPDX-License-Identifier: Apache-2.0
//
// The rules that a descriptor and its option table keep.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "host/descriptor_check.h"

namespace keyseat {
namespace {

using ::testing::HasSubstr;

// A descriptor that is fine, for a test to break in one place.
struct Sample {
   std::array<const char *, 3> choices{"user", "machine", nullptr};
   keyseat_option option{
         sizeof(keyseat_option), KEYSEAT_OPTION_STRING, 0, 0, "key", "A key.", nullptr, nullptr};
   keyseat_option scope{
         sizeof(keyseat_option), KEYSEAT_OPTION_ONE_OF, 0, 0, "scope", "A scope.", "user",
         choices.data()};
   std::array<const keyseat_option *, 3> options{&option, &scope, nullptr};
   keyseat_descriptor descriptor{};

   Sample() {
      descriptor.struct_size = sizeof descriptor;
      descriptor.draft = KEYSEAT_DRAFT;
      descriptor.id = "com.example.vault";
      descriptor.name = "Vault";
      descriptor.vendor = "Example";
      descriptor.version = "1.4.2-rc.1+5";
      descriptor.description = "A vault.";
      descriptor.options = options.data();
      descriptor.open = [](const keyseat_descriptor *, const keyseat_host *, const keyseat_call *,
                           const keyseat_setting *, std::size_t,
                           const keyseat_instance **) -> keyseat_status {
         return KEYSEAT_E_UNSUPPORTED;
      };
   }
   Sample(const Sample &) = delete;
   Sample &operator=(const Sample &) = delete;
   ~Sample() = default;

   std::string breach() const { return descriptor_breach(&descriptor, "com.example.vault"); }
};

TEST(Descriptor, IsFineWithLicenceUrlAndDescriptorExtensionsLeftOut) {
   EXPECT_EQ(Sample().breach(), "");
}

TEST(Descriptor, IsFineWhenItHasGrown) {
   Sample sample;
   sample.descriptor.struct_size += 8;
   sample.option.struct_size += 8;
   EXPECT_EQ(sample.breach(), "");
}

TEST(Descriptor, IsThere) { EXPECT_NE(descriptor_breach(nullptr, "x"), ""); }

TEST(Descriptor, IsNotReadBeyondItsSize) {
   const std::uint32_t size = 4;
   EXPECT_THAT(descriptor_breach(reinterpret_cast<const keyseat_descriptor *>(&size), "x"),
               HasSubstr("empty"));
}

TEST(Descriptor, HasARevisionOneSize) {
   Sample sample;
   sample.descriptor.struct_size = 40;
   EXPECT_THAT(sample.breach(), HasSubstr("40 bytes"));
   EXPECT_THAT(sample.breach(), HasSubstr(std::to_string(sizeof(keyseat_descriptor)) + " to"));
   sample.descriptor.struct_size = UINT32_MAX;
   EXPECT_THAT(sample.breach(), HasSubstr("bytes"));
}

TEST(Descriptor, IsOfThisDraft) {
   Sample sample;
   sample.descriptor.draft = 0;
   EXPECT_THAT(sample.breach(), HasSubstr("draft 0"));
}

TEST(Descriptor, HasAWellFormedId) {
   for (const char *id : {"", "Vault", "a/b", "..", "a..b", ".a", "a.", "-a", "a b"}) {
      Sample sample;
      sample.descriptor.id = id;
      EXPECT_NE(descriptor_breach(&sample.descriptor, id), "") << id;
   }
}

TEST(Descriptor, HasTheIdOfItsFile) {
   const Sample sample;
   EXPECT_THAT(descriptor_breach(&sample.descriptor, "other"), HasSubstr("com.example.vault"));
}

TEST(Descriptor, HasEveryTextThatIsNotOptional) {
   for (const auto member : {&keyseat_descriptor::name, &keyseat_descriptor::vendor,
                             &keyseat_descriptor::version, &keyseat_descriptor::description}) {
      for (const char *text : {static_cast<const char *>(nullptr), "", "\x1b[2J", "\xff"}) {
         Sample sample;
         sample.descriptor.*member = text;
         EXPECT_NE(sample.breach(), "");
      }
   }
}

TEST(Descriptor, HasOptionalTextsThatArePrintable) {
   Sample sample;
   sample.descriptor.license = "Apache\n";
   EXPECT_THAT(sample.breach(), HasSubstr("license"));
}

TEST(Descriptor, HasTextsOfLimitedLength) {
   const std::string text(KEYSEAT_MAX_TEXT + 1, 'x');
   Sample sample;
   sample.descriptor.description = text.c_str();
   EXPECT_THAT(sample.breach(), HasSubstr("overlong description"));
}

TEST(Descriptor, HasASemanticVersion) {
   for (const char *version : {"1", "1.2", "1.2.x", "v1.2.3", "1..2", "1.2.3.4"}) {
      Sample sample;
      sample.descriptor.version = version;
      EXPECT_THAT(sample.breach(), HasSubstr("semantic version")) << version;
   }
}

TEST(Descriptor, HasOpenAndAnOptionTable) {
   Sample sample;
   sample.descriptor.options = nullptr;
   EXPECT_THAT(sample.breach(), HasSubstr("option table"));
   sample.descriptor.open = nullptr;
   EXPECT_THAT(sample.breach(), HasSubstr("open"));
}

TEST(Descriptor, HasNoReservedBits) {
   Sample sample;
   sample.option.reserved = 1;
   EXPECT_THAT(sample.breach(), HasSubstr("reserved"));
   sample.descriptor.reserved = 1;
   EXPECT_THAT(sample.breach(), HasSubstr("reserved"));
}

TEST(Option, HasAKebabCaseName) {
   for (const char *name : {"", "Key", "a_b", "1a", "-a", "a b"}) {
      Sample sample;
      sample.option.name = name;
      EXPECT_THAT(sample.breach(), HasSubstr("name")) << name;
   }
}

TEST(Option, HasANameOfItsOwn) {
   Sample sample;
   sample.scope.name = "key";
   EXPECT_THAT(sample.breach(), HasSubstr("twice"));
}

TEST(Option, HasAKnownType) {
   Sample sample;
   sample.option.type = 5;
   EXPECT_THAT(sample.breach(), HasSubstr("unknown type 5"));
}

TEST(Option, HasChoicesExactlyWhenItIsOneOf) {
   Sample without;
   without.scope.choices = nullptr;
   EXPECT_THAT(without.breach(), HasSubstr("no choices"));
   Sample with;
   with.option.choices = with.choices.data();
   EXPECT_THAT(with.breach(), HasSubstr("choices"));
   Sample twice;
   twice.choices[1] = "user";
   EXPECT_THAT(twice.breach(), HasSubstr("twice"));
}

TEST(Option, HasADefaultThatParses) {
   struct Case {
      std::uint32_t type;
      const char *value;
   };
   for (const Case &wrong :
        {Case{KEYSEAT_OPTION_INTEGER, "4x"}, Case{KEYSEAT_OPTION_INTEGER, ""},
         Case{KEYSEAT_OPTION_INTEGER, "9007199254740993"}, Case{KEYSEAT_OPTION_BOOLEAN, "yes"},
         Case{KEYSEAT_OPTION_STRING_LIST, "a"}}) {
      Sample sample;
      sample.option.type = wrong.type;
      sample.option.default_value = wrong.value;
      EXPECT_THAT(sample.breach(), HasSubstr("default")) << wrong.value;
   }
   Sample none_of_them;
   none_of_them.scope.default_value = "world";
   EXPECT_THAT(none_of_them.breach(), HasSubstr("'user', 'machine'"));
}

TEST(Option, IsAStringWhereItIsASecretOrAPath) {
   Sample secret;
   secret.option.marks = KEYSEAT_MARK_SECRET;
   secret.option.type = KEYSEAT_OPTION_STRING_LIST;
   EXPECT_THAT(secret.breach(), HasSubstr("secret"));
   Sample path;
   path.option.marks = KEYSEAT_MARK_PATH_READ;
   path.option.type = KEYSEAT_OPTION_INTEGER;
   EXPECT_THAT(path.breach(), HasSubstr("path"));
}

TEST(Option, MayHaveMarksThatNobodyKnowsYet) {
   Sample sample;
   sample.option.marks = 1U << 30;
   EXPECT_EQ(sample.breach(), "");
}

} // namespace
} // namespace keyseat
