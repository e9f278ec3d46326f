// SPDX-License-Identifier: Apache-2.0
//
// Host, Call and Sink: the host's side of the contract, as strict as the contract allows. Each notes
// what the plugin does wrong through GoogleTest, at once, and names the rule.

#ifndef KEYSEAT_TESTS_CONTRACT_HOST_H
#define KEYSEAT_TESTS_CONTRACT_HOST_H

#include "contract/lent.h"
#include "contract/outcome.h"
#include "contract/secrets.h"

#include <keyseat/plugin.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace contract {

// A prompt as the plugin has asked it.
struct Asked {
   std::uint32_t kind;
   std::string secret;
   std::string title;
   std::string error;
   std::uint32_t attempt;
};

// Answers a prompt: a text, or a status other than OK.
struct Answer {
   keyseat_status status = KEYSEAT_OK;
   std::string text;
};

// One host with all three services. Thread-safe, but for `answer`, to be set before calls begin.
class Host {
 public:
   Host();
   ~Host(); // by then every block of secret memory has been released (R-MEM-1)
   Host(const Host &) = delete;
   Host &operator=(const Host &) = delete;

   const keyseat_host *c() const { return &grown_.c; }

   Secrets secrets;
   std::function<Answer(const Asked &)> answer; // to each prompt; by default E_AUTH_REQUIRED

   std::vector<Asked> asked() const;
   std::size_t secret_blocks() const; // allocated and not released

   unsigned count_call() { return ++calls_; } // how many there are with this one

   // Reports text that holds a planted secret (R-ERR-2), is no UTF-8, or has more than `limit` bytes.
   void check_text(const char *what, std::string_view text,
                   std::size_t limit = KEYSEAT_MAX_DOCUMENT) const;

 private:
   static const void *KEYSEAT_CALL get_service(const keyseat_host *host, const char *id);
   static void KEYSEAT_CALL write_log(const keyseat_host *host, const keyseat_call *call,
                                      std::uint32_t level, const keyseat_text *message);
   static void *KEYSEAT_CALL allocate(const keyseat_host *host, std::size_t size);
   static void KEYSEAT_CALL release(const keyseat_host *host, void *p, std::size_t size);
   static keyseat_status KEYSEAT_CALL ask(const keyseat_host *host, const keyseat_call *call,
                                          const keyseat_prompt *prompt, keyseat_bytes *answer);
   static Host &of(const keyseat_host *host) { return *static_cast<Host *>(host->host_data); }

   static const keyseat_service_log kLog;
   static const keyseat_service_secret_memory kSecretMemory;
   static const keyseat_service_prompt kPrompt;

   // A host of a later revision: longer than this plugin can know (R-GRW-2).
   struct {
      keyseat_host c;
      std::uint8_t newer[32];
   } grown_{};

   std::atomic<unsigned> calls_{0};
   mutable std::mutex mutex_;
   std::vector<Asked> asked_;
   std::map<void *, std::size_t> blocks_;
};

// One call, of a host of a later revision. To be used for one function of the plugin only.
class Call {
 public:
   explicit Call(Host &host);
   Call(const Call &) = delete;
   Call &operator=(const Call &) = delete;

   const keyseat_call *c() const { return c_; }
   static Call &of(const keyseat_call *call) { return *static_cast<Call *>(call->host_data); }

   void set_request_id(std::uint8_t fill);
   void forbid_interaction() { c_->flags |= KEYSEAT_CALL_NO_INTERACTION; }
   void cancel() { cancelled_ = true; }

   // Where the inputs of the function lie, and the answers to its prompts (R-PRM-2): gone after run().
   Lent &lent() { return lent_; }

   // Runs one function of the plugin, and holds what it does to R-UNW-1, R-ERR-1, R-ERR-2 and R-ERR-3.
   keyseat_status run(const char *what,
                      const std::function<keyseat_status(const keyseat_call *)> &f);

   // What the failure was explained by; none when the host has explained it itself (a prompt).
   const std::optional<Explained> &explained() const { return explained_; }

 private:
   static std::uint32_t KEYSEAT_CALL is_cancelled(const keyseat_call *call);
   static void KEYSEAT_CALL fail(const keyseat_call *call, const keyseat_error *error);

   void check(const Explained &explained) const;
   void check_explanation(const char *what, keyseat_status status, bool explained_by_host);

   Host &host_;
   Lent lent_;
   keyseat_call *c_;
   std::atomic<bool> cancelled_{false};
   std::mutex mutex_;
   std::vector<Explained> reports_;
   std::optional<Explained> explained_;
};

// Receives one value. Each resize moves the value to other storage, so that a plugin that writes to
// the old one is caught by the address sanitizer.
class Sink {
 public:
   explicit Sink(std::size_t limit = KEYSEAT_MAX_DOCUMENT);
   Sink(const Sink &) = delete;
   Sink &operator=(const Sink &) = delete;

   const keyseat_sink *c() const { return &c_; }
   std::string text() const { return {storage_.get(), storage_.get() + size_}; }
   std::vector<std::uint8_t> bytes() const { return {storage_.get(), storage_.get() + size_}; }

 private:
   static std::uint8_t *KEYSEAT_CALL resize(const keyseat_sink *sink, std::size_t size);

   keyseat_sink c_;
   std::size_t limit_;
   std::unique_ptr<std::uint8_t[]> storage_;
   std::size_t size_ = 0;
};

} // namespace contract

#endif
