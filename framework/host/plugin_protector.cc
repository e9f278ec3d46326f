// SPDX-License-Identifier: Apache-2.0
#include "host/plugin_protector.h"

#include <keyseat/log.h>

#include <fmt/format.h>

#include <mutex>
#include <new>
#include <utility>

#include "host/capabilities.h"
#include "host/extension_ids.h"
#include "host/foreign_text.h"
#include "host/json_shape.h"
#include "host/key_list.h"

namespace keyseat {
namespace {

Health health_of(std::uint32_t health) {
   switch (health) {
      case KEYSEAT_HEALTH_OK:
         return Health::ok;
      case KEYSEAT_HEALTH_DEGRADED:
         return Health::degraded;
      case KEYSEAT_HEALTH_KEY_MISSING:
         return Health::key_missing;
      case KEYSEAT_HEALTH_DOWN:
         return Health::down;
      default:
         return Health::unknown;
   }
}

// The checked settings; their mistakes get the protector's name.
OpenSettings open_settings(const std::string &who, const keyseat_descriptor &descriptor,
                           const Settings &settings, const std::filesystem::path &folder) {
   try {
      return OpenSettings(descriptor, settings, folder);
   } catch (const Error &error) {
      throw Error(error.code(), fmt::format("{}: {}", who, error.message()))
            .hint(error.hint())
            .at(error.place())
            .with(error.others());
   }
}

// A byte that a child of fork() sees as 0.
SecretBytes fork_marker() {
   SecretBytes marker(key_memory(), 1);
   marker.data()[0] = 1;
   return marker;
}

} // namespace

PluginProtector::PluginProtector(std::string name, const keyseat_descriptor &descriptor,
                                 bool isolated, const Settings &settings,
                                 const std::filesystem::path &folder, Prompter &prompter)
      : name_(std::move(name)),
        plugin_(descriptor.id),
        isolated_(isolated),
        who_(fmt::format("protector '{}'", foreign_text(name_))),
        settings_(open_settings(who_, descriptor, settings, folder)),
        host_(who_, name_, plugin_, settings_, prompter),
        marker_(fork_marker()) {
   open(descriptor);
}

PluginProtector::~PluginProtector() {
   if (!is_forked()) close();
}

void PluginProtector::open(const keyseat_descriptor &descriptor) {
   const CallContext context{.subject = fmt::format("open {}", who_)};
   PluginCall call(who_, context, PluginCall::Prompts::forbidden);
   const keyseat_status status = call.run([&] {
      return descriptor.open(&descriptor, host_.c(), call.c(), settings_.data(), settings_.size(),
                             &instance_);
   });
   if (status != KEYSEAT_OK) instance_ = nullptr; // not to be closed (R-HST-1)
   finish(call, status);
   try {
      check_instance();
      call.check(call.run([&] {
         find_extensions();
         return KEYSEAT_OK;
      }),
                 {});
   } catch (...) {
      close();
      throw;
   }
}

void PluginProtector::check_instance() const {
   if (instance_ == nullptr) throw plugin_defect(who_, "it opened nothing");
   if (instance_->close == nullptr || instance_->status == nullptr || instance_->wrap == nullptr ||
       instance_->unwrap == nullptr || instance_->get_extension == nullptr) {
      throw plugin_defect(who_, "its instance lacks a function");
   }
}

void PluginProtector::find_extensions() {
   for (std::size_t i = 0; i < kExtensionIds.size(); ++i) {
      extensions_[i] = instance_->get_extension(instance_, kExtensionIds[i]);
   }
}

void PluginProtector::close() noexcept {
   if (instance_ == nullptr) return;
   const platform::SigpipeGuard guard;
   try {
      if (instance_->close != nullptr) instance_->close(instance_);
   } catch (...) {
      write_log(LogLevel::error, "a plugin threw out of close() (R-UNW-1)");
   }
   instance_ = nullptr;
}

void PluginProtector::require_usable() const {
   if (instance_ == nullptr) {
      throw plugin_defect(who_, "it was closed after it broke the contract");
   }
}

template <class Body>
auto PluginProtector::with_instance(Sharing sharing, Body body) {
   if (is_forked()) {
      throw Error(ErrorCode::internal,
                  fmt::format("{} was opened before fork() and is not for the child", who_));
   }
   try {
      if (sharing == Sharing::with_others && parallel_) {
         const std::shared_lock lock(mutex_);
         require_usable();
         return body(*instance_);
      }
      const std::unique_lock lock(mutex_);
      require_usable();
      return body(*instance_);
   } catch (const Error &error) {
      if (error.code() == ErrorCode::plugin_defect) {
         const std::unique_lock lock(mutex_);
         close();
      }
      throw;
   } catch (const std::bad_alloc &) {
      throw plugin_error(who_, KEYSEAT_E_NO_MEMORY, std::nullopt);
   }
}

void PluginProtector::finish(const PluginCall &call, keyseat_status status,
                             std::initializer_list<const SinkState *> sinks) {
   if (status == KEYSEAT_E_AUTH_FAILED) host_.prompts().refuse_sources(call.used_sources());
   try {
      call.check(status, sinks);
   } catch (Error &error) {
      if (error.code() == ErrorCode::key_missing && error.hint().empty() &&
          offers(Extension::keys)) {
         error.hint(fmt::format("make one with: keyseat protector create {}", name_));
      }
      throw;
   }
}

void PluginProtector::check_printable(const char *what, std::string_view text) const {
   if (!is_printable(text)) {
      throw plugin_defect(who_, fmt::format("its {} is not printable UTF-8", what));
   }
}

ProtectorStatus PluginProtector::status(const CallContext &context) {
   return with_instance(Sharing::alone, [&](const keyseat_instance &instance) {
      PluginCall call(who_, context, PluginCall::Prompts::forbidden);
      Sink<std::string> kid("kid", KEYSEAT_MAX_KID);
      Sink<std::string> message("status message", KEYSEAT_MAX_TEXT);
      Sink<std::string> details("details", KEYSEAT_MAX_DOCUMENT);
      keyseat_status_info info{};
      info.struct_size = sizeof info;
      info.kid = kid.c();
      info.message = message.c();
      info.details = details.c();
      finish(call, call.run([&] { return instance.status(&instance, call.c(), &info); }),
             {&kid, &message, &details});
      check_printable("kid", kid.value());
      if (!details.value().empty() && !is_json_object(details.value())) {
         throw plugin_defect(who_, "its details are no JSON object");
      }
      parallel_ = (info.capabilities & KEYSEAT_CAP_PARALLEL) != 0;
      return ProtectorStatus{.health = health_of(info.health),
                             .capabilities = capability_names(info.capabilities),
                             .kid = kid.take(),
                             .message = foreign_text(std::string_view(message.value())),
                             .details = details.take()};
   });
}

WrappedCek PluginProtector::wrap(const CallContext &context, BytesView cek) {
   if (cek.size() != KEYSEAT_CEK_SIZE) {
      throw Error(ErrorCode::internal, fmt::format("{}: a CEK has 32 bytes", who_));
   }
   return with_instance(Sharing::with_others, [&](const keyseat_instance &instance) {
      PluginCall call(who_, context);
      Sink<std::string> header("header", KEYSEAT_MAX_HEADER);
      Sink<Bytes> encrypted_key("encrypted key", KEYSEAT_MAX_ENCRYPTED_KEY);
      const keyseat_bytes input = cek.c();
      finish(call, call.run([&] {
         return instance.wrap(&instance, call.c(), &input, header.c(), encrypted_key.c());
      }),
             {&header, &encrypted_key});
      if (!has_text_member(header.value(), "alg")) {
         throw plugin_defect(who_, "its header is no JSON object with an 'alg'");
      }
      if (encrypted_key.value().empty()) throw plugin_defect(who_, "it wrapped to nothing");
      return WrappedCek{header.take(), encrypted_key.take()};
   });
}

std::optional<SecretBytes> PluginProtector::unwrap(const CallContext &context,
                                                   std::string_view header,
                                                   BytesView encrypted_key) {
   if (header.size() > KEYSEAT_MAX_HEADER || encrypted_key.size() > KEYSEAT_MAX_ENCRYPTED_KEY ||
       header.find('\0') != std::string_view::npos) {
      throw Error(ErrorCode::credential_refused,
                  fmt::format("{}: the recipient's header or encrypted key is larger than any "
                              "plugin makes",
                              who_));
   }
   const std::string terminated(header);
   return with_instance(
         Sharing::with_others, [&](const keyseat_instance &instance) -> std::optional<SecretBytes> {
            PluginCall call(who_, context);
            Sink<SecretBytes> cek("CEK", KEYSEAT_CEK_SIZE, SecretBytes(key_memory()));
            const keyseat_text text{terminated.c_str(), terminated.size()};
            const keyseat_bytes input = encrypted_key.c();
            const keyseat_status status = call.run(
                  [&] { return instance.unwrap(&instance, call.c(), &text, &input, cek.c()); });
            if (status == KEYSEAT_E_NOT_MINE) return std::nullopt;
            finish(call, status, {&cek});
            if (cek.value().size() != KEYSEAT_CEK_SIZE) {
               throw plugin_defect(who_, fmt::format("its CEK has {} bytes instead of {}",
                                                     cek.value().size(), KEYSEAT_CEK_SIZE));
            }
            return cek.take();
         });
}

bool PluginProtector::offers(Extension extension) const {
   return extensions_[static_cast<std::size_t>(extension)] != nullptr;
}

template <class Table>
const Table &PluginProtector::table(Extension extension) const {
   if (!offers(extension)) {
      throw Error(ErrorCode::unsupported,
                  fmt::format("{}: its plugin '{}' does not offer {}", who_, plugin_,
                              kExtensionIds[static_cast<std::size_t>(extension)]));
   }
   return *static_cast<const Table *>(extensions_[static_cast<std::size_t>(extension)]);
}

std::string PluginProtector::create_key(const CallContext &context, const KeyRequest &request) {
   const auto &keys = table<keyseat_ext_keys>(Extension::keys);
   return with_instance(Sharing::alone, [&](const keyseat_instance &instance) {
      PluginCall call(who_, context);
      Sink<std::string> kid("kid", KEYSEAT_MAX_KID);
      keyseat_key_request wanted{};
      wanted.struct_size = sizeof wanted;
      if (request.replace) wanted.flags |= KEYSEAT_KEYS_REPLACE;
      if (request.encrypted) wanted.flags |= KEYSEAT_KEYS_ENCRYPTED;
      wanted.key_type = request.key_type ? request.key_type->c_str() : nullptr;
      finish(call, call.run([&] { return keys.create(&instance, call.c(), &wanted, kid.c()); }),
             {&kid});
      check_printable("kid", kid.value());
      if (kid.value().empty()) throw plugin_defect(who_, "its new key has no kid");
      return kid.take();
   });
}

std::vector<KeyInfo> PluginProtector::list_keys(const CallContext &context) {
   const auto &keys = table<keyseat_ext_keys>(Extension::keys);
   return with_instance(Sharing::alone, [&](const keyseat_instance &instance) {
      PluginCall call(who_, context);
      KeyList list;
      const keyseat_status status =
            call.run([&] { return keys.list(&instance, call.c(), &KeyList::visit, &list); });
      if (!list.flaw().empty()) throw plugin_defect(who_, list.flaw());
      finish(call, status);
      return list.take();
   });
}

void PluginProtector::destroy_key(const CallContext &context, std::string_view kid) {
   const auto &keys = table<keyseat_ext_keys>(Extension::keys);
   const std::string terminated(kid);
   with_instance(Sharing::alone, [&](const keyseat_instance &instance) {
      PluginCall call(who_, context);
      const keyseat_text text{terminated.c_str(), terminated.size()};
      finish(call, call.run([&] { return keys.destroy(&instance, call.c(), &text); }));
   });
}

// A breach that `check` throws ends the instance.
template <class Function, class Check>
std::string PluginProtector::document_of(const CallContext &context, const char *what,
                                         PluginCall::Prompts prompts, Function function,
                                         Check check) {
   return with_instance(Sharing::alone, [&](const keyseat_instance &instance) {
      PluginCall call(who_, context, prompts);
      Sink<std::string> document(what, KEYSEAT_MAX_DOCUMENT);
      finish(call, call.run([&] { return function(&instance, call.c(), document.c()); }),
             {&document});
      check(document.value());
      return document.take();
   });
}

std::string PluginProtector::export_public_key(const CallContext &context) {
   const auto &exporter = table<keyseat_ext_public_key>(Extension::public_key);
   const auto check = [&](const std::string &jwk) {
      if (!has_text_member(jwk, "kty")) throw plugin_defect(who_, "its JWK is none");
      if (has_private_jwk_member(jwk)) {
         throw plugin_defect(who_, "its public JWK has private members");
      }
   };
   return document_of(context, "public JWK", PluginCall::Prompts::forbidden, exporter.export_jwk,
                      check);
}

std::string PluginProtector::approve(const CallContext &context) {
   const auto &approver = table<keyseat_ext_approve>(Extension::approve);
   const auto check = [&](const std::string &report) {
      if (!is_json_object(report)) {
         throw plugin_defect(who_, "its report on the approval is no JSON object");
      }
   };
   return document_of(context, "report", PluginCall::Prompts::allowed, approver.approve, check);
}

std::string PluginProtector::self_test(const CallContext &context) {
   const auto &tester = table<keyseat_ext_self_test>(Extension::self_test);
   const auto check = [&](const std::string &report) {
      if (!is_json_array(report)) {
         throw plugin_defect(who_, "its report on the self-test is no JSON array");
      }
   };
   return document_of(context, "report", PluginCall::Prompts::allowed, tester.run, check);
}

} // namespace keyseat
