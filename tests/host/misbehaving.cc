// SPDX-License-Identifier: Apache-2.0
#include "host/misbehaving.h"

#include <gmock/gmock.h>

#include <fstream>

#include "host/processes.h"

namespace keyseat::test {

using ::testing::IsEmpty;

void Misbehaving::TearDown() {
   note_workers();
   protector_.reset();
   EXPECT_THAT(children(), IsEmpty()) << "a zombie or a worker is left";
   for (const int worker : workers_)
      EXPECT_TRUE(is_gone(worker)) << "an orphan is left";
}

Protector &Misbehaving::open(const std::string &act, Settings settings,
                             const Isolation &isolation) {
   static const PluginRegistry registry = registry_over(plugin_folder());
   settings["act"] = act;
   protector_ = registry.load("test.misbehaving", isolation)
                      .open("bad", settings, folder_.path(), prompter_);
   note_workers();
   return *protector_;
}

Protector &Misbehaving::open_once(const std::string &act, Settings settings) {
   settings["once"] = (folder_.path() / "done").string();
   return open(act, std::move(settings));
}

WrappedCek Misbehaving::wrap(Protector &protector) {
   return protector.wrap({.timeout_ms = kTimeout}, some_cek());
}

Error Misbehaving::wrap_error(Protector &protector) {
   return error_of([&] { wrap(protector); });
}

int Misbehaving::number_in(const WrappedCek &wrapped, const char *name) {
   const std::string member = std::string("\"") + name + "\":";
   const auto at = wrapped.header.find(member);
   return at == std::string::npos ? -1 : std::stoi(wrapped.header.substr(at + member.size()));
}

int Misbehaving::errno_of(const std::string &act, Settings settings) {
   Protector &protector = open(act, std::move(settings));
   return number_in(protector.wrap({}, some_cek()), "errno");
}

void Misbehaving::expect_works(Protector &protector) {
   const WrappedCek wrapped = protector.wrap({}, some_cek());
   const auto cek = protector.unwrap({}, wrapped.header, wrapped.encrypted_key);
   ASSERT_TRUE(cek);
   EXPECT_EQ(Bytes(cek->data(), cek->data() + cek->size()), some_cek());
   note_workers();
}

Settings Misbehaving::trace() const { return {{"trace", (folder_.path() / "trace").string()}}; }

std::vector<std::string> Misbehaving::traced() const {
   std::vector<std::string> lines;
   std::ifstream file(folder_.path() / "trace");
   for (std::string line; std::getline(file, line);)
      lines.push_back(line);
   return lines;
}

void Misbehaving::note_workers() {
   for (const int child : children())
      workers_.insert(child);
}

} // namespace keyseat::test
