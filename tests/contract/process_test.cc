// SPDX-License-Identifier: Apache-2.0
//
// The process around the plugin: what it leaves alone, what it gives back, two hosts, many threads.

#include "contract/contract_test.h"

#include "contract/process_state.h"
#include "support/scratch_folder.h"

#include <atomic>
#include <exception>
#include <set>
#include <thread>
#include <vector>

namespace contract {

class Process : public ContractTest {
 protected:
   // A bit of everything that the plugin can do.
   void tour() {
      const auto opened = open();
      opened->status();
      const Wrapped wrapped = opened->wrap(random_cek());
      opened->unwrap(wrapped);
      opened->unwrap("{}", wrapped.encrypted_key);
      opened->unwrap(wrapped.header, Bytes(wrapped.encrypted_key.size(), 'x'));
      if (has(KEYSEAT_EXT_PUBLIC_KEY)) opened->export_jwk();
      if (has(KEYSEAT_EXT_SELF_TEST)) opened->self_test();
      if (has(KEYSEAT_EXT_KEYS)) {
         opened->list();
         opened->create("rot13", 0);
      }
      open_without_key(host_)->wrap(random_cek());
   }
};

namespace {

// Before the library is loaded, so that what it changes at its first use shows, too.
const std::string kStateAtStart = process_state();

// Runs `body` in so many threads at once. What it throws is a failure of the test.
template <class Body>
void in_threads(int count, Body body) {
   std::vector<std::thread> threads;
   for (int i = 0; i < count; ++i) {
      threads.emplace_back([&] {
         try {
            body();
         } catch (const std::exception &error) {
            ADD_FAILURE() << error.what();
         }
      });
   }
   for (std::thread &thread : threads)
      thread.join();
}

} // namespace

TEST_F(Process, R_PRC_2_NothingIsWrittenToStandardOutputOrErrorNorReadFromStandardInput) {
   const keyseat::ScratchFolder folder;
   const std::string path = (folder / "output").string();
   bool untouched = false;
   {
      const Diverted diverted(path);
      tour();
      untouched = diverted.input_is_untouched();
   }
   EXPECT_EQ(read_file(path), "");
   EXPECT_TRUE(untouched) << "standard input was read";
}

TEST_F(Process, R_PRC_3_StateOfTheProcessStaysAsItWas) {
   tour();
   EXPECT_EQ(process_state(), kStateAtStart);
}

TEST_F(Process, R_PRC_4_NewDescriptorsAreCloseOnExec) {
   const std::set<int> before = open_files();
   const auto opened = open();
   opened->unwrap(opened->wrap(random_cek()));
   for (const int file : open_files()) {
      if (before.count(file) == 0) {
         EXPECT_FALSE(is_inherited(file)) << file;
      }
   }
}

TEST_F(Process, R_THR_6_CloseGivesBackThreadsDescriptorsAndSecretMemory) {
   tour(); // what libraries set up once
   const std::set<int> files = open_files();
   const std::size_t threads = thread_count();
   tour();
   EXPECT_EQ(open_files(), files);
   EXPECT_EQ(thread_count(), threads);
   EXPECT_EQ(host_.secret_blocks(), 0u);
}

TEST_F(Process, R_HST_1_ManyOpensLeaveNothingBehind) {
   const std::set<int> files = open_files();
   const bool is_slow =
         configuration().key_in_device || configuration().is_slow || opening_files_is_slow();
   const int opens = Library::kIsIsolated ? 20 : is_slow ? 100 : 1000;
   for (int i = 0; i < opens; ++i)
      open()->status();
   EXPECT_EQ(open_files(), files);
   EXPECT_EQ(host_.secret_blocks(), 0u);
}

TEST_F(Process, R_PRC_7_TwoHostsKnowNothingOfEachOther) {
   Host other;
   prepare(other);
   const Bytes cek = random_cek();
   auto first = open(host_);
   const auto second = open(other);
   const Wrapped wrapped = first->wrap(cek);
   EXPECT_TRUE(yields(cek, second->unwrap(wrapped)));
   const std::size_t asked = host_.asked().size();
   first.reset();
   EXPECT_EQ(host_.secret_blocks(), 0u) << "memory of the first host outlives its only instance";
   EXPECT_TRUE(yields(cek, second->unwrap(wrapped)));
   EXPECT_TRUE(yields(cek, second->unwrap(second->wrap(cek))));
   EXPECT_EQ(host_.asked().size(), asked) << "the second instance asked the first host";
}

TEST_F(Process, R_THR_2_ExtensionsAreFoundByAnyThreadAtAnyTime) {
   const auto opened = open();
   const void *keys = opened->find_extension(KEYSEAT_EXT_KEYS);
   std::atomic<bool> first{true};
   in_threads(5, [&] {
      if (first.exchange(false)) {
         EXPECT_TRUE(is_ok(opened->unwrap(opened->wrap(random_cek()))));
         return;
      }
      for (int round = 0; round < 50; ++round) {
         EXPECT_EQ(opened->find_extension(KEYSEAT_EXT_KEYS), keys);
         EXPECT_EQ(opened->find_extension("com.example.unheard-of/1"), nullptr);
      }
   });
}

TEST_F(Process, R_THR_3_SixteenThreadsWrapAndUnwrap) {
   Host host;
   prepare(host);
   const auto opened = open(host);
   if ((opened->status().capabilities & KEYSEAT_CAP_PARALLEL) == 0) {
      GTEST_SKIP() << "status does not report KEYSEAT_CAP_PARALLEL";
   }
   in_threads(16, [&] {
      for (int round = 0; round < 8; ++round) {
         const Bytes cek = random_cek();
         EXPECT_TRUE(yields(cek, opened->unwrap(opened->wrap(cek))));
      }
   });
   if (!configuration().asks_each_time) {
      EXPECT_LE(host.asked().size(), 1u) << "threads ask for the same secret at once";
   }
}

TEST_F(Process, R_THR_3_InstancesRunConcurrently) {
   in_threads(8, [&] {
      Host host;
      prepare(host);
      const auto opened = open(host);
      const Bytes cek = random_cek();
      EXPECT_TRUE(yields(cek, opened->unwrap(opened->wrap(cek))));
   });
}

} // namespace contract
