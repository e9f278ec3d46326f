// SPDX-License-Identifier: Apache-2.0
//
// A plugin with one fault, which KEYSEAT_FAULT names: the suite shall find it. Without its fault it is
// the example plugin.

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/key_file.h>
#include <keyseat/sdk/jose/key_management.h>
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/sdk/plugin.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace {

namespace jose = keyseat::sdk::jose;
using namespace keyseat::sdk;

enum class Fault {
   other_cek,               // R-INT-3: a CEK for an altered encrypted key
   oracle,                  // R-INT-2: tells one failure from another
   searches_headers,        // R-INT-4: as if no header held another one
   demands_kid,             // R-INT-1: refuses a header without one
   prompts_early,           // R-INT-1: asks before it knows whose the header is
   prompts_for_status,      // R-PRM-3
   cancelled_as_io,         // R-CALL-1
   exits,                   // R-PRC-1
   exits_at_once,           // R-PRC-1: without running what others have registered
   standard_output,         // R-PRC-2
   standard_input,          // R-PRC-2
   environment,             // R-PRC-3
   tells_the_key,           // R-ERR-2
   tells_the_key_as_domain, // R-ERR-2: in the error's native_domain
   blames_no_option,        // status.h: error.option is none
   no_utf8,                 // values.h
   keeps_memory,            // R-MEM-1
   keeps_pointers,          // R-MEM-2
   lacks_a_function,        // R-MEM-5
   reads_reserved,          // call.h: minds what is reserved
   throws,                  // R-UNW-1
   does_not_explain,        // R-ERR-1
   ignores_full_sinks,      // R-MEM-3
};
constexpr Fault kFault = Fault::KEYSEAT_FAULT;

class Bad final : public Protector {
 public:
   explicit Bad(std::string path) : path_(std::move(path)) {}

   Status status(const Call &call) override {
      if (!jose::key_file_exists(path_)) return {KEYSEAT_HEALTH_KEY_MISSING, 0, "", "no key", ""};
      const SecretBytes key = read(call);
      std::string message = "the key is there";
      if (kFault == Fault::tells_the_key) message += ": " + jose::hex_encode(key);
      if (kFault == Fault::no_utf8) message += '\xff';
      if (kFault == Fault::prompts_for_status) ask_all_the_same(call);
      return {KEYSEAT_HEALTH_OK, 0, kid_of(key), message, ""};
   }

   WrappedKey wrap(const Call &call, BytesView cek) override {
      if (kFault == Fault::exits) std::exit(0);
      if (kFault == Fault::exits_at_once) std::_Exit(0);
      if (kFault == Fault::standard_output) std::puts("wrapping");
      static char variable[] = "KEYSEAT_BAD_PLUGIN=1";
      if (kFault == Fault::environment) putenv(variable);
      if (kFault == Fault::keeps_memory) new SecretBytes(call.secret_memory(), cek);
      if (kFault == Fault::standard_input) std::getchar();
      if (kFault == Fault::cancelled_as_io && call.is_cancelled())
         throw Failure(KEYSEAT_E_IO, "the call was cancelled");
      if (kFault == Fault::reads_reserved && call.c()->reserved != 0)
         throw Failure(KEYSEAT_E_UNSUPPORTED, "the host is too new");
      if (kFault == Fault::keeps_pointers && !kept_.empty() && kept_.front() == 'x')
         throw Failure(KEYSEAT_E_INTERNAL, "an answer that no optimiser leaves out");
      kept_ = call.subject();
      const SecretBytes key = read(call);
      return {R"({"alg":"A256KW","kid":)" + jose::json_quote(kid_of(key)) + "}",
              jose::aes_key_wrap(key, cek)};
   }

   SecretBytes unwrap(const Call &call, std::string_view header, BytesView encrypted_key) override {
      const SecretBytes key = read(call);
      if (kFault == Fault::prompts_early) ask(call);
      require_mine(header, encrypted_key, key);
      auto cek = jose::aes_key_unwrap(call.secret_memory(), key, encrypted_key);
      if (cek) return std::move(*cek);
      if (kFault == Fault::other_cek) return SecretBytes(call.secret_memory(), KEYSEAT_CEK_SIZE);
      if (kFault == Fault::oracle) throw Failure(KEYSEAT_E_IO, "the padding is wrong");
      throw tampered();
   }

 private:
   static void ask(const Call &call) {
      Question question;
      question.secret = "pin";
      question.title = "PIN";
      call.ask(question);
   }

   static void ask_all_the_same(const Call &call) {
      try {
         ask(call);
      } catch (const PromptFailure &) { // then without
      }
   }

   static void require_mine(std::string_view header, BytesView encrypted_key,
                            const SecretBytes &key) {
      const std::string kid = kid_of(key);
      if (kFault == Fault::searches_headers) {
         if (header.find(R"("alg":"A256KW")") == std::string_view::npos ||
             header.find(kid) == std::string_view::npos || encrypted_key.size() != 40)
            throw not_mine();
         return;
      }
      try {
         const auto read =
               jose::require_mine(header, encrypted_key, jose::KeyType::oct, "A256KW", kid);
         if (kFault == Fault::demands_kid && !read.kid) throw not_mine();
      } catch (const Failure &failure) {
         if (kFault == Fault::tells_the_key_as_domain)
            throw Failure(failure).with_native(jose::hex_encode(key), 1);
         if (kFault == Fault::blames_no_option)
            throw Failure(failure).with_option("no-such-option");
         throw;
      }
   }

   SecretBytes read(const Call &call) const {
      return jose::read_key_file(call.secret_memory(), path_, true);
   }
   static std::string kid_of(const SecretBytes &key) {
      return jose::hex_encode(jose::sha256({as_bytes("bad kid"), key.view()}));
   }
   std::string path_;
   std::string_view kept_; // of an earlier call
};

Description describe() {
   Description d;
   d.id = KEYSEAT_ID;
   d.name = "Bad plugin";
   d.vendor = "Example Inc.";
   d.version = "1.0.0";
   d.description = "Breaks one rule of the contract.";
   d.options = {{"key", "The file of 32 random bytes.", KEYSEAT_OPTION_STRING,
                 KEYSEAT_MARK_REQUIRED | KEYSEAT_MARK_PATH_READ}};
   d.open = [](const Host &, const Call &, const Settings &settings) -> std::unique_ptr<Protector> {
      return std::make_unique<Bad>(*settings.text("key"));
   };
   return d;
}

using Good = detail::Registration<describe>;

// Faults that the layer does not let an author commit are put into the tables behind its back.

keyseat_status KEYSEAT_CALL wrap_badly(const keyseat_instance *, const keyseat_call *,
                                       const keyseat_bytes *, const keyseat_sink *,
                                       const keyseat_sink *) {
   if (kFault == Fault::throws) throw std::runtime_error("out of the library");
   return KEYSEAT_E_INTERNAL;
}

keyseat_status KEYSEAT_CALL unwrap_into_any_sink(const keyseat_instance *, const keyseat_call *,
                                                 const keyseat_text *, const keyseat_bytes *,
                                                 const keyseat_sink *cek) {
   cek->resize(cek, KEYSEAT_CEK_SIZE);
   return KEYSEAT_OK;
}

keyseat_status KEYSEAT_CALL open_badly(const keyseat_descriptor *self, const keyseat_host *host,
                                       const keyseat_call *call, const keyseat_setting *settings,
                                       std::size_t settings_size,
                                       const keyseat_instance **instance) {
   const keyseat_status status =
         Good::descriptor()->open(self, host, call, settings, settings_size, instance);
   if (status != KEYSEAT_OK) return status;
   auto *table = const_cast<keyseat_instance *>(*instance);
   if (kFault == Fault::throws || kFault == Fault::does_not_explain) table->wrap = wrap_badly;
   if (kFault == Fault::lacks_a_function) table->wrap = nullptr;
   if (kFault == Fault::ignores_full_sinks) table->unwrap = unwrap_into_any_sink;
   return status;
}

} // namespace

extern "C" KEYSEAT_EXPORT const keyseat_descriptor *KEYSEAT_CALL keyseat_plugin_v1(void) {
   static const keyseat_descriptor descriptor = [] {
      keyseat_descriptor copy = *Good::descriptor();
      copy.open = open_badly;
      return copy;
   }();
   return &descriptor;
}
