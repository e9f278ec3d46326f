// SPDX-License-Identifier: Apache-2.0
//
// Misbehaving: a protector whose plugin does to its process what no plugin may (plugins/misbehaving.c). After
// each test no process is left over: no zombie, no orphan.

#ifndef KEYSEAT_TESTS_HOST_MISBEHAVING_FIXTURE_H
#define KEYSEAT_TESTS_HOST_MISBEHAVING_FIXTURE_H

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "host/test_host.h"

namespace keyseat::test {

class Misbehaving : public testing::Test {
 protected:
   static constexpr std::uint32_t kTimeout = 300; // ms

   void TearDown() override;

   Protector &open(const std::string &act, Settings settings = {},
                   const Isolation &isolation = {.process = true});

   // A protector that misbehaves once.
   Protector &open_once(const std::string &act, Settings settings = {});

   static WrappedCek wrap(Protector &protector);
   static Error wrap_error(Protector &protector);
   static int number_in(const WrappedCek &wrapped, const char *name);

   // The errno that the act in wrap() came out with, or another one before it.
   int errno_of(const std::string &act, Settings settings = {});

   // What it wraps, it unwraps.
   void expect_works(Protector &protector);

   // "FUNCTION REQUEST" of each call that the plugin has seen since it was opened with trace().
   Settings trace() const;
   std::vector<std::string> traced() const;

   void note_workers();

   Folder folder_;
   ScriptedPrompter prompter_{{"1234", "1234", "1234"}};
   std::unique_ptr<Protector> protector_;
   std::set<int> workers_;
};

} // namespace keyseat::test

#endif
