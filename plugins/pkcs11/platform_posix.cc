// SPDX-License-Identifier: Apache-2.0

#include "platform.h"

#include <keyseat/sdk/failure.h>

#include <dlfcn.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <memory>

namespace pkcs11::platform {

using keyseat::sdk::Failure;

namespace {

struct FreeText {
   void operator()(char *text) const { std::free(text); }
};

bool belongs_to_trusted(const struct ::stat &status) {
   return status.st_uid == 0 || status.st_uid == ::geteuid();
}

// Root's group is root.
bool is_writable_by_others(const struct ::stat &status) {
   const bool by_group = (status.st_mode & S_IWGRP) != 0 && status.st_gid != 0;
   return by_group || (status.st_mode & S_IWOTH) != 0;
}

} // namespace

void *load_library(const std::string &path) {
   // NODELETE: a module may have threads and handlers of its own (R-PRC-6).
   void *library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
   if (library != nullptr) return library;
   const char *why = ::dlerror();
   throw Failure(KEYSEAT_E_UNAVAILABLE, "the PKCS #11 module " + path + " cannot be loaded: " +
                                              (why == nullptr ? "no reason given" : why))
         .with_hint("check option 'module', and that the vendor's client software is installed");
}

void *find_symbol(void *library, const char *name) { return ::dlsym(library, name); }

std::string distrust(const std::string &path) {
   const std::unique_ptr<char, FreeText> real(::realpath(path.c_str(), nullptr));
   if (!real) return {};
   std::string entry = real.get();
   bool holds_the_file = false;
   for (bool is_file = true;; is_file = false) {
      struct ::stat status {};
      if (::stat(entry.c_str(), &status) != 0) return entry + " cannot be looked at";
      if (!belongs_to_trusted(status)) return entry + " belongs to neither root nor this user";
      // In a sticky folder on the way (/tmp), only the owner of an entry may replace it.
      const bool is_sticky = !is_file && !holds_the_file && (status.st_mode & S_ISVTX) != 0;
      if (is_writable_by_others(status) && !is_sticky) return "others may write to " + entry;
      if (entry == "/") return {};
      holds_the_file = is_file;
      entry.resize(entry.find_last_of('/'));
      if (entry.empty()) entry = "/";
   }
}

bool file_exists(const std::string &path) { return ::access(path.c_str(), F_OK) == 0; }

std::int64_t process_id() { return ::getpid(); }

struct KeptSignals::State {
   struct ::sigaction before;
};

KeptSignals::KeptSignals() : state_(std::make_unique<State>()) {
   ::sigaction(SIGPIPE, nullptr, &state_->before);
}

KeptSignals::~KeptSignals() {
   struct ::sigaction now {};
   ::sigaction(SIGPIPE, nullptr, &now);
   if (now.sa_handler != state_->before.sa_handler) {
      ::sigaction(SIGPIPE, &state_->before, nullptr);
   }
}

} // namespace pkcs11::platform
