// SPDX-License-Identifier: Apache-2.0
#include "host/remote_tables.h"

#include <array>
#include <string_view>

#include "host/extension_ids.h"
#include "host/remote_instance.h"

namespace keyseat {
namespace {

BytesView bytes_of(const keyseat_text &text) { return as_bytes({text.data, text.size}); }

keyseat_status KEYSEAT_CALL remote_status(const keyseat_instance *self, const keyseat_call *call,
                                          keyseat_status_info *info) noexcept {
   return RemoteInstance::of(self).run(*call, {.function = MessageType::status,
                                               .name = "status",
                                               .outputs = {info->kid, info->message, info->details},
                                               .info = info,
                                               .repeatable = true});
}

keyseat_status KEYSEAT_CALL remote_wrap(const keyseat_instance *self, const keyseat_call *call,
                                        const keyseat_bytes *cek, const keyseat_sink *header,
                                        const keyseat_sink *encrypted_key) noexcept {
   return RemoteInstance::of(self).run(*call, {.function = MessageType::wrap,
                                               .name = "wrap",
                                               .inputs = {BytesView(*cek)},
                                               .outputs = {header, encrypted_key},
                                               .repeatable = true});
}

keyseat_status KEYSEAT_CALL remote_unwrap(const keyseat_instance *self, const keyseat_call *call,
                                          const keyseat_text *header,
                                          const keyseat_bytes *encrypted_key,
                                          const keyseat_sink *cek) noexcept {
   return RemoteInstance::of(self).run(*call,
                                       {.function = MessageType::unwrap,
                                        .name = "unwrap",
                                        .inputs = {bytes_of(*header), BytesView(*encrypted_key)},
                                        .outputs = {cek},
                                        .repeatable = true});
}

keyseat_status KEYSEAT_CALL remote_create(const keyseat_instance *self, const keyseat_call *call,
                                          const keyseat_key_request *request,
                                          const keyseat_sink *kid) noexcept {
   RemoteCall wanted{.function = MessageType::create_key,
                     .name = "create",
                     .flags = request->flags,
                     .outputs = {kid},
                     .repeatable = (request->flags & KEYSEAT_KEYS_REPLACE) == 0};
   if (request->key_type != nullptr) wanted.inputs = {as_bytes(request->key_type)};
   return RemoteInstance::of(self).run(*call, wanted);
}

keyseat_status KEYSEAT_CALL remote_list(const keyseat_instance *self, const keyseat_call *call,
                                        keyseat_key_visitor visitor, void *visitor_data) noexcept {
   return RemoteInstance::of(self).run(*call, {.function = MessageType::list_keys,
                                               .name = "list",
                                               .visitor = visitor,
                                               .visitor_data = visitor_data});
}

keyseat_status KEYSEAT_CALL remote_destroy(const keyseat_instance *self, const keyseat_call *call,
                                           const keyseat_text *kid) noexcept {
   return RemoteInstance::of(self).run(
         *call,
         {.function = MessageType::destroy_key, .name = "destroy", .inputs = {bytes_of(*kid)}});
}

keyseat_status KEYSEAT_CALL remote_export(const keyseat_instance *self, const keyseat_call *call,
                                          const keyseat_sink *jwk) noexcept {
   return RemoteInstance::of(self).run(*call, {.function = MessageType::export_public_key,
                                               .name = "export_jwk",
                                               .outputs = {jwk},
                                               .repeatable = true});
}

keyseat_status KEYSEAT_CALL remote_approve(const keyseat_instance *self, const keyseat_call *call,
                                           const keyseat_sink *report) noexcept {
   return RemoteInstance::of(self).run(
         *call, {.function = MessageType::approve, .name = "approve", .outputs = {report}});
}

keyseat_status KEYSEAT_CALL remote_self_test(const keyseat_instance *self, const keyseat_call *call,
                                             const keyseat_sink *report) noexcept {
   return RemoteInstance::of(self).run(
         *call, {.function = MessageType::self_test, .name = "self-test", .outputs = {report}});
}

constexpr keyseat_ext_keys kRemoteKeys{&remote_create, &remote_list, &remote_destroy};
constexpr keyseat_ext_public_key kRemotePublicKey{&remote_export};
constexpr keyseat_ext_approve kRemoteApprove{&remote_approve};
constexpr keyseat_ext_self_test kRemoteSelfTest{&remote_self_test};
constexpr std::array<const void *, kExtensionIds.size()> kRemoteExtensions{
      &kRemoteKeys, &kRemotePublicKey, &kRemoteApprove, &kRemoteSelfTest}; // by Extension

const void *KEYSEAT_CALL remote_extension(const keyseat_instance *self, const char *id) noexcept {
   for (std::size_t i = 0; i < kExtensionIds.size(); ++i) {
      if (std::string_view(id) == kExtensionIds[i] && RemoteInstance::of(self).offers(i)) {
         return kRemoteExtensions[i];
      }
   }
   return nullptr;
}

void KEYSEAT_CALL remote_close(const keyseat_instance *self) noexcept {
   RemoteInstance *instance = &RemoteInstance::of(self);
   instance->close();
   delete instance;
}

} // namespace

keyseat_instance remote_instance_table(void *plugin_data) {
   return {.plugin_data = plugin_data,
           .status = &remote_status,
           .wrap = &remote_wrap,
           .unwrap = &remote_unwrap,
           .get_extension = &remote_extension,
           .close = &remote_close};
}

} // namespace keyseat
