// SPDX-License-Identifier: Apache-2.0

#include "contract/host.h"

#include <keyseat/sdk/jose/json.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace contract {

namespace jose = keyseat::sdk::jose;

namespace {

constexpr std::align_val_t kAlignment{16};

Bytes bytes_of(const std::string &text) { return {text.begin(), text.end()}; }

// As a JSON reader finds it, between quotes.
bool is_utf8(std::string_view text) {
   if (text.find('\0') != std::string_view::npos) return false;
   try {
      const std::string quoted = jose::json_quote(text);
      const jose::JsonTree tree(quoted);
      return true;
   } catch (const jose::JsonError &) {
      return false;
   }
}

} // namespace

const keyseat_service_log Host::kLog{write_log};
const keyseat_service_secret_memory Host::kSecretMemory{allocate, release};
const keyseat_service_prompt Host::kPrompt{ask};

Host::Host() : answer([](const Asked &) { return Answer{KEYSEAT_E_AUTH_REQUIRED, {}}; }) {
   grown_.c.struct_size = sizeof grown_;
   grown_.c.draft = KEYSEAT_DRAFT;
   grown_.c.name = "contract";
   grown_.c.version = "1.0.0";
   grown_.c.host_data = this;
   grown_.c.get_service = get_service;
   std::memset(grown_.newer, 0xa5, sizeof grown_.newer);
}

Host::~Host() {
   EXPECT_EQ(blocks_.size(), 0u) << "R-MEM-1: secret memory is not released";
   for (const auto &[block, size] : blocks_)
      ::operator delete(block, kAlignment);
}

std::vector<Asked> Host::asked() const {
   const std::lock_guard lock(mutex_);
   return asked_;
}

std::size_t Host::secret_blocks() const {
   const std::lock_guard lock(mutex_);
   return blocks_.size();
}

void Host::check_text(const char *what, std::string_view text, std::size_t limit) const {
   if (secrets.occur_in(text)) ADD_FAILURE() << "R-ERR-2: a secret stands in a " << what;
   if (!is_utf8(text)) ADD_FAILURE() << "values.h: a " << what << " is no UTF-8 without NUL";
   EXPECT_LE(text.size(), limit) << "values.h: a " << what << " is too long";
}

const void *Host::get_service(const keyseat_host *, const char *id) {
   const std::string_view name(id);
   if (name == KEYSEAT_SERVICE_LOG) return &kLog;
   if (name == KEYSEAT_SERVICE_SECRET_MEMORY) return &kSecretMemory;
   if (name == KEYSEAT_SERVICE_PROMPT) return &kPrompt;
   return nullptr;
}

void Host::write_log(const keyseat_host *host, const keyseat_call *, std::uint32_t,
                     const keyseat_text *message) {
   of(host).check_text("log line", {message->data, message->size});
}

void *Host::allocate(const keyseat_host *host, std::size_t size) {
   EXPECT_GT(size, 0u) << "service_secret_memory.h: size is not 0";
   void *block = ::operator new(size, kAlignment);
   std::memset(block, 0, size);
   const std::lock_guard lock(of(host).mutex_);
   of(host).blocks_[block] = size;
   return block;
}

void Host::release(const keyseat_host *host, void *p, std::size_t size) {
   if (p == nullptr) return;
   const std::lock_guard lock(of(host).mutex_);
   const auto found = of(host).blocks_.find(p);
   if (found == of(host).blocks_.end()) {
      ADD_FAILURE() << "R-MEM-1: released what this host has not allocated";
      return;
   }
   EXPECT_EQ(found->second, size) << "service_secret_memory.h: released with another size";
   std::memset(p, 0, found->second);
   of(host).blocks_.erase(found);
   ::operator delete(p, kAlignment);
}

keyseat_status Host::ask(const keyseat_host *host, const keyseat_call *call,
                         const keyseat_prompt *prompt, keyseat_bytes *answer) {
   Host &self = of(host);
   EXPECT_GE(prompt->struct_size, sizeof(keyseat_prompt)) << "R-GRW-2";
   const Asked asked{prompt->kind, or_empty(prompt->secret), or_empty(prompt->title),
                     or_empty(prompt->error), prompt->attempt};
   self.check_text("prompt", asked.title + "\n" + asked.error);
   const Answer given = self.answer(asked);
   const std::lock_guard lock(self.mutex_);
   self.asked_.push_back(asked);
   if (given.status == KEYSEAT_OK) *answer = *Call::of(call).lent().bytes(bytes_of(given.text));
   return given.status;
}

Sink::Sink(std::size_t limit)
      : c_{this, resize}, limit_(limit), storage_(std::make_unique<std::uint8_t[]>(1)) {}

std::uint8_t *Sink::resize(const keyseat_sink *sink, std::size_t size) {
   Sink &self = *static_cast<Sink *>(sink->host_data);
   if (size > self.limit_) return nullptr;
   auto moved = std::make_unique<std::uint8_t[]>(std::max<std::size_t>(size, 1));
   std::memcpy(moved.get(), self.storage_.get(), std::min(size, self.size_));
   self.storage_ = std::move(moved);
   self.size_ = size;
   return self.storage_.get();
}

} // namespace contract
