// SPDX-License-Identifier: Apache-2.0
//
//    pkcs11_bench --library=FILE --module=FILE --token=FOLDER [--rounds=N] [--calls=N]
//
// Wraps and unwraps per second by the pkcs11 plugin, on 1, 2, 8 and 16 threads, beside the bare calls into the same
// token with the same key: C_EncryptInit, C_Encrypt and the like for A256GCMKW; for A256KW, C_WrapKey and C_UnwrapKey of
// a session object, which is all that SoftHSM offers. Each thread has a session of its own. The two alternate; what is
// printed are medians of the rounds. Runs under tests/pkcs11/with_token.

#include "contract/library.h"

#include <keyseat/plugin.h>
#include <p11-kit/pkcs11.h>

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr const char *kPin = "5678-user-pin"; // of with_token

void require(bool is_true, const char *what) {
   if (!is_true) throw std::runtime_error(what);
}

// A host as small as the contract allows: what is measured is the plugin.
class Host {
 public:
   Host() {
      host_.struct_size = sizeof host_;
      host_.draft = KEYSEAT_DRAFT;
      host_.name = "pkcs11_bench";
      host_.version = "1";
      host_.get_service = [](const keyseat_host *, const char *id) -> const void * {
         if (std::strcmp(id, KEYSEAT_SERVICE_LOG) == 0) return &kLog;
         if (std::strcmp(id, KEYSEAT_SERVICE_SECRET_MEMORY) == 0) return &kMemory;
         return std::strcmp(id, KEYSEAT_SERVICE_PROMPT) == 0 ? &kPrompt : nullptr;
      };
      call_.struct_size = sizeof call_;
      call_.subject = call_.context = &nothing_;
      call_.is_cancelled = [](const keyseat_call *) -> std::uint32_t { return 0; };
      call_.fail = [](const keyseat_call *, const keyseat_error *error) {
         std::cerr << "pkcs11_bench: " << error->message << '\n';
      };
   }
   const keyseat_host *host() const { return &host_; }
   const keyseat_call *call() const { return &call_; }

 private:
   static constexpr keyseat_service_log kLog{
         [](const keyseat_host *, const keyseat_call *, std::uint32_t, const keyseat_text *) {}};
   static constexpr keyseat_service_secret_memory kMemory{
         [](const keyseat_host *, std::size_t size) { return std::calloc(1, size); },
         [](const keyseat_host *, void *p, std::size_t) { std::free(p); }};
   static constexpr keyseat_service_prompt kPrompt{[](const keyseat_host *, const keyseat_call *,
                                                      const keyseat_prompt *,
                                                      keyseat_bytes *answer) {
      *answer = {reinterpret_cast<const std::uint8_t *>(kPin), std::strlen(kPin)};
      return keyseat_status{KEYSEAT_OK};
   }};
   keyseat_text nothing_{"", 0};
   keyseat_host host_{};
   keyseat_call call_{};
};

class Sink {
 public:
   Sink()
         : c_{this, [](const keyseat_sink *sink, std::size_t size) {
                 auto &bytes = static_cast<Sink *>(sink->host_data)->value;
                 bytes.resize(size);
                 return bytes.data();
              }} {}
   const keyseat_sink *c() const { return &c_; }
   Bytes value;

 private:
   keyseat_sink c_;
};

const Bytes kCek(KEYSEAT_CEK_SIZE, 7);

// The plugin's side.
class Plugin {
 public:
   Plugin(const std::string &file, const std::string &module, const std::string &alg)
         : library_(file) {
      const std::string uri = "pkcs11:token=test;object=" + alg;
      const keyseat_text texts[] = {
            {uri.c_str(), uri.size()}, {module.c_str(), module.size()}, {alg.c_str(), alg.size()}};
      const keyseat_setting settings[] = {{KEYSEAT_OPTION_STRING, 0, 0, "uri", &texts[0], 1},
                                          {KEYSEAT_OPTION_STRING, 0, 0, "module", &texts[1], 1},
                                          {KEYSEAT_OPTION_ONE_OF, 0, 0, "alg", &texts[2], 1}};
      const auto &descriptor = library_.descriptor();
      require(descriptor.open(&descriptor, host_.host(), host_.call(), settings, 3, &instance_) ==
                    KEYSEAT_OK,
              "open");
      const auto *keys = static_cast<const keyseat_ext_keys *>(
            instance_->get_extension(instance_, KEYSEAT_EXT_KEYS));
      keyseat_key_request request{};
      request.struct_size = sizeof request;
      request.key_type = "oct";
      Sink kid;
      const auto created = keys->create(instance_, host_.call(), &request, kid.c());
      require(created == KEYSEAT_OK, "create");
      wrap(header_, key_);
   }

   void wrap() const {
      Sink header;
      Sink key;
      wrap(header, key);
   }

   void unwrap() const {
      Sink cek;
      const keyseat_text header{reinterpret_cast<const char *>(header_.value.data()),
                                header_.value.size()};
      const keyseat_bytes key{key_.value.data(), key_.value.size()};
      require(instance_->unwrap(instance_, host_.call(), &header, &key, cek.c()) == KEYSEAT_OK &&
                    cek.value == kCek,
              "unwrap");
   }

 private:
   void wrap(Sink &header, Sink &key) const {
      const keyseat_bytes cek{kCek.data(), kCek.size()};
      require(instance_->wrap(instance_, host_.call(), &cek, header.c(), key.c()) == KEYSEAT_OK,
              "wrap");
   }

   contract::Library library_;
   Host host_;
   const keyseat_instance *instance_ = nullptr; // for good
   Sink header_;
   Sink key_;
};

// The token alone, in the session of one thread.
class Bare {
 public:
   Bare(const std::string &module, std::string object) {
      void *library = dlopen(module.c_str(), RTLD_NOW);
      const auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
      CK_FUNCTION_LIST_PTR list = nullptr;
      require(get(&list) == CKR_OK, "C_GetFunctionList");
      f_ = list;
      CK_SLOT_ID slots[8];
      CK_ULONG count = 8;
      require(f_->C_GetSlotList(CK_TRUE, slots, &count) == CKR_OK, "C_GetSlotList");
      require(
            f_->C_OpenSession(slots[0], CKF_SERIAL_SESSION, nullptr, nullptr, &session_) == CKR_OK,
            "C_OpenSession");
      CK_ATTRIBUTE label{CKA_LABEL, object.data(), object.size()};
      require(f_->C_FindObjectsInit(session_, &label, 1) == CKR_OK &&
                    f_->C_FindObjects(session_, &key_, 1, &count) == CKR_OK && count == 1,
              "C_FindObjects");
      f_->C_FindObjectsFinal(session_);
   }
   Bare(const Bare &) = delete;
   Bare &operator=(const Bare &) = delete;
   ~Bare() { f_->C_CloseSession(session_); }

   void wrap_by_gcm() {
      Gcm gcm;
      std::array<std::uint8_t, 256> out{};
      CK_ULONG size = out.size();
      require(f_->C_EncryptInit(session_, &gcm.mechanism, key_) == CKR_OK &&
                    f_->C_Encrypt(session_, input(kCek), kCek.size(), out.data(), &size) == CKR_OK,
              "C_Encrypt");
      sealed_.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
   }

   void unwrap_by_gcm() const {
      Gcm gcm;
      std::array<std::uint8_t, 256> out{};
      CK_ULONG size = out.size();
      require(f_->C_DecryptInit(session_, &gcm.mechanism, key_) == CKR_OK &&
                    f_->C_Decrypt(session_, input(sealed_), sealed_.size(), out.data(), &size) ==
                          CKR_OK,
              "C_Decrypt");
   }

   void wrap_object() {
      Object object;
      object.attributes.push_back({CKA_VALUE, input(kCek), kCek.size()});
      CK_OBJECT_HANDLE cek = 0;
      CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
      std::array<std::uint8_t, 256> out{};
      CK_ULONG size = out.size();
      require(f_->C_CreateObject(session_, object.attributes.data(), object.attributes.size(),
                                 &cek) == CKR_OK &&
                    f_->C_WrapKey(session_, &mechanism, key_, cek, out.data(), &size) == CKR_OK &&
                    f_->C_DestroyObject(session_, cek) == CKR_OK,
              "C_WrapKey");
      sealed_.assign(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
   }

   void unwrap_object() const {
      Object object;
      CK_OBJECT_HANDLE cek = 0;
      CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
      std::array<std::uint8_t, 256> out{};
      CK_ATTRIBUTE value{CKA_VALUE, out.data(), out.size()};
      require(f_->C_UnwrapKey(session_, &mechanism, key_, input(sealed_), sealed_.size(),
                              object.attributes.data(), object.attributes.size(), &cek) == CKR_OK &&
                    f_->C_GetAttributeValue(session_, cek, &value, 1) == CKR_OK &&
                    f_->C_DestroyObject(session_, cek) == CKR_OK,
              "C_UnwrapKey");
   }

 private:
   static CK_BYTE_PTR input(const Bytes &bytes) { return const_cast<CK_BYTE_PTR>(bytes.data()); }

   struct Gcm {
      Gcm() {
         parameters.pIv = iv.data();
         parameters.ulIvLen = iv.size();
         parameters.ulIvBits = 8 * iv.size();
         parameters.ulTagBits = 128;
      }
      std::array<std::uint8_t, 12> iv{};
      CK_GCM_PARAMS parameters{};
      CK_MECHANISM mechanism{CKM_AES_GCM, &parameters, sizeof parameters};
   };

   // A CEK as the plugin makes it.
   struct Object {
      CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
      CK_KEY_TYPE type = CKK_GENERIC_SECRET;
      CK_BBOOL no = CK_FALSE;
      CK_BBOOL yes = CK_TRUE;
      std::vector<CK_ATTRIBUTE> attributes{{CKA_CLASS, &object_class, sizeof object_class},
                                           {CKA_KEY_TYPE, &type, sizeof type},
                                           {CKA_TOKEN, &no, 1},
                                           {CKA_SENSITIVE, &no, 1},
                                           {CKA_EXTRACTABLE, &yes, 1}};
   };

   Bytes sealed_;
   const CK_FUNCTION_LIST *f_;
   CK_SESSION_HANDLE session_ = 0;
   CK_OBJECT_HANDLE key_ = 0;
};

// Calls per second of `calls` calls, spread over the threads.
double rate(int threads, int calls, const std::function<void(int)> &call) {
   const auto before = std::chrono::steady_clock::now();
   std::vector<std::thread> running;
   for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&, thread] {
         for (int i = 0; i < calls / threads; ++i)
            call(thread);
      });
   }
   for (std::thread &thread : running)
      thread.join();
   const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - before;
   return calls / spent.count();
}

double median(std::vector<double> values) {
   std::sort(values.begin(), values.end());
   return values[values.size() / 2];
}

void compare(const char *what, int threads, int rounds, int calls,
             const std::function<void(int)> &bare, const std::function<void(int)> &plugin) {
   std::vector<double> bare_rates;
   std::vector<double> plugin_rates;
   for (int round = 0; round < rounds; ++round) {
      bare_rates.push_back(rate(threads, calls, bare));
      plugin_rates.push_back(rate(threads, calls, plugin));
   }
   const double floor = median(bare_rates);
   const double product = median(plugin_rates);
   std::printf("%-16s %2d threads   token alone %7.0f/s   plugin %7.0f/s   %.2f\n", what, threads,
               floor, product, product / floor);
}

void compare_all(std::map<std::string, std::string> &options, const std::string &alg) {
   const bool is_gcm = alg == "A256GCMKW";
   const Plugin plugin(options["library"], options["module"], alg);
   std::vector<std::unique_ptr<Bare>> sessions;
   for (int i = 0; i < 16; ++i)
      sessions.push_back(std::make_unique<Bare>(options["module"], alg));
   const auto bare = [&](int i) -> Bare & { return *sessions[static_cast<std::size_t>(i)]; };
   const int rounds = std::stoi(options["rounds"]);
   const int calls = std::stoi(options["calls"]);
   for (const int threads : {1, 2, 8, 16}) {
      compare((alg + " wrap").c_str(), threads, rounds, calls,
              [&](int i) { is_gcm ? bare(i).wrap_by_gcm() : bare(i).wrap_object(); },
              [&](int) { plugin.wrap(); });
      compare((alg + " unwrap").c_str(), threads, rounds, calls,
              [&](int i) { is_gcm ? bare(i).unwrap_by_gcm() : bare(i).unwrap_object(); },
              [&](int) { plugin.unwrap(); });
   }
}

} // namespace

int main(int argc, char **argv) {
   std::map<std::string, std::string> options{{"rounds", "11"}, {"calls", "3200"}};
   for (int i = 1; i < argc; ++i) {
      const std::string argument = argv[i];
      const auto equals = argument.find('=');
      if (argument.rfind("--", 0) == 0 && equals != std::string::npos) {
         options[argument.substr(2, equals - 2)] = argument.substr(equals + 1);
      }
   }
   try {
      for (const std::string alg : {"A256KW", "A256GCMKW"})
         compare_all(options, alg);
   } catch (const std::exception &error) {
      std::cerr << "pkcs11_bench: " << error.what() << " failed\n";
      return 1;
   }
   return 0;
}
