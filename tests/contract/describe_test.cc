// SPDX-License-Identifier: Apache-2.0
//
// The library as a file, its entry, its descriptor.

#include "contract/contract_test.h"
#include "contract/process_state.h"

#include <ctime>
#include <regex>
#include <set>

namespace contract {

class Describe : public ContractTest {};

namespace {

double thread_seconds() {
   timespec now{};
   clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
   return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

bool is_one_of(std::string_view value, const char *const *choices) {
   for (; *choices != nullptr; ++choices) {
      if (value == *choices) return true;
   }
   return false;
}

void check_default(const keyseat_option &option) {
   if (option.default_value == nullptr) return;
   const std::string value = option.default_value;
   EXPECT_NE(option.type, KEYSEAT_OPTION_STRING_LIST) << option.name << ": lists have no default";
   if (option.type == KEYSEAT_OPTION_INTEGER) {
      EXPECT_TRUE(std::regex_match(value, std::regex("-?[0-9]{1,16}"))) << option.name;
   }
   if (option.type == KEYSEAT_OPTION_BOOLEAN) {
      EXPECT_TRUE(value == "true" || value == "false") << option.name;
   }
   if (option.type == KEYSEAT_OPTION_ONE_OF && option.choices != nullptr) {
      EXPECT_TRUE(is_one_of(value, option.choices)) << option.name;
   }
}

} // namespace

TEST_F(Describe, Descriptor_EntryIsTheOnlyExportedSymbol) {
   EXPECT_EQ(library().exported_symbols(), std::vector<std::string>{KEYSEAT_ENTRY_SYMBOL});
}

TEST_F(Describe, R_MEM_4_EntryReturnsTheSameDescriptorEachTime) {
   const keyseat_descriptor *first = library().entry()();
   ASSERT_NE(first, nullptr);
   for (int i = 0; i < 100; ++i)
      EXPECT_EQ(library().entry()(), first);
}

TEST_F(Describe, Entry_TakesLessThanAMillisecondOfProcessorTime) {
   const double before = thread_seconds();
   for (int i = 0; i < 100; ++i)
      library().entry()();
   EXPECT_LT((thread_seconds() - before) / 100, 0.001);
}

TEST_F(Describe, Entry_DoesNoInputOrOutputAndStartsNoThread) {
   const std::set<int> files = open_files();
   const std::size_t threads = thread_count();
   const IoCalls first = io_calls();
   const IoCalls second = io_calls();
   library().entry()();
   const IoCalls third = io_calls();
   // Reading the counters may cost some calls itself, the same number each time.
   EXPECT_EQ(third.reads - second.reads, second.reads - first.reads);
   EXPECT_EQ(third.writes, second.writes);
   EXPECT_EQ(open_files(), files);
   EXPECT_EQ(thread_count(), threads);
}

TEST_F(Describe, R_GRW_5_DescriptorIsOfThisDraft) {
   EXPECT_GE(descriptor().struct_size, sizeof(keyseat_descriptor));
   EXPECT_EQ(descriptor().draft, std::uint32_t{KEYSEAT_DRAFT});
   EXPECT_EQ(descriptor().reserved, 0u);
}

TEST_F(Describe, Descriptor_IdIsWellFormedAndTheNameOfTheFile) {
   const std::string id = descriptor().id;
   EXPECT_TRUE(std::regex_match(id, std::regex("[a-z0-9-]+(\\.[a-z0-9-]+)*"))) << id;
   EXPECT_LE(id.size(), 64u);
   EXPECT_EQ(id, library().stem());
}

TEST_F(Describe, R_MEM_5_DescriptorTellsWhatPeopleNeed) {
   for (const char *text : {descriptor().name, descriptor().vendor, descriptor().description}) {
      ASSERT_NE(text, nullptr);
      EXPECT_STRNE(text, "");
   }
   ASSERT_NE(descriptor().version, nullptr);
   EXPECT_TRUE(std::regex_match(descriptor().version, std::regex(R"(\d+\.\d+\.\d+([-+].*)?)")));
   EXPECT_NE(descriptor().open, nullptr);
}

TEST_F(Describe, Option_TableIsWellFormed) {
   std::set<std::string> names;
   ASSERT_NE(descriptor().options, nullptr);
   for (const auto *const *row = descriptor().options; *row != nullptr; ++row) {
      const keyseat_option &option = **row;
      ASSERT_NE(option.name, nullptr);
      EXPECT_GE(option.struct_size, sizeof option) << option.name;
      EXPECT_TRUE(std::regex_match(option.name, std::regex("[a-z][a-z0-9-]{0,63}"))) << option.name;
      EXPECT_TRUE(names.insert(option.name).second) << option.name << " stands there twice";
      ASSERT_NE(option.description, nullptr) << option.name;
      EXPECT_LE(option.type, KEYSEAT_OPTION_STRING_LIST) << option.name;
      EXPECT_EQ(option.reserved, 0u) << option.name;
      EXPECT_EQ(option.choices != nullptr, option.type == KEYSEAT_OPTION_ONE_OF) << option.name;
      const bool required = (option.marks & KEYSEAT_MARK_REQUIRED) != 0;
      EXPECT_FALSE(required && option.default_value != nullptr)
            << option.name << " is required and has a default";
      check_default(option);
   }
}

TEST_F(Describe, R_GRW_3_UnknownExtensionsAreNotOffered) {
   for (const char *id : {"", "keyseat.keys/2", "keyseat.keys/", "keyseat.keys", "KEYSEAT.KEYS/1",
                          "com.example.unheard-of/1"}) {
      if (descriptor().get_extension != nullptr) {
         EXPECT_EQ(descriptor().get_extension(&descriptor(), id), nullptr) << id;
      }
      EXPECT_EQ(open()->find_extension(id), nullptr) << id;
   }
}

TEST_F(Describe, Instance_OffersExactlyTheExtensionsOfTheConfiguration) {
   const auto opened = open();
   for (const char *id :
        {KEYSEAT_EXT_KEYS, KEYSEAT_EXT_PUBLIC_KEY, KEYSEAT_EXT_APPROVE, KEYSEAT_EXT_SELF_TEST}) {
      const void *table = opened->find_extension(id);
      EXPECT_EQ(table != nullptr, has(id)) << id;
      EXPECT_EQ(opened->find_extension(id), table) << id << ": the answer changes";
   }
   const bool inspects = descriptor().get_extension != nullptr &&
                         descriptor().get_extension(&descriptor(), KEYSEAT_EXT_INSPECT) != nullptr;
   EXPECT_EQ(inspects, has(KEYSEAT_EXT_INSPECT));
}

TEST_F(Describe, R_MEM_5_NoFunctionIsNull) {
   const auto opened = open();
   EXPECT_NO_THROW(opened->extension<keyseat_ext_keys>(KEYSEAT_EXT_KEYS));
   EXPECT_NO_THROW(opened->extension<keyseat_ext_public_key>(KEYSEAT_EXT_PUBLIC_KEY));
   EXPECT_NO_THROW(opened->extension<keyseat_ext_approve>(KEYSEAT_EXT_APPROVE));
   EXPECT_NO_THROW(opened->extension<keyseat_ext_self_test>(KEYSEAT_EXT_SELF_TEST));
   if (!has(KEYSEAT_EXT_INSPECT)) return;
   const auto *inspect = static_cast<const keyseat_ext_inspect *>(
         descriptor().get_extension(&descriptor(), KEYSEAT_EXT_INSPECT));
   EXPECT_NE(inspect->explain, nullptr);
}

} // namespace contract
