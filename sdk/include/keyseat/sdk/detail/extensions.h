// SPDX-License-Identifier: Apache-2.0
//
// The extension tables of an instance, over the optional interfaces of protector.h. A detail of the
// layer.

#ifndef KEYSEAT_SDK_DETAIL_EXTENSIONS_H
#define KEYSEAT_SDK_DETAIL_EXTENSIONS_H

#include <keyseat/plugin/ext_approve.h>
#include <keyseat/plugin/ext_keys.h>
#include <keyseat/plugin/ext_public_key.h>
#include <keyseat/plugin/ext_self_test.h>
#include <keyseat/sdk/detail/instance.h>

namespace keyseat::sdk::detail {

// Throws Failure(E_UNSUPPORTED) for a flag that this layer does not know.
inline KeyRequest read_key_request(const keyseat_key_request &request) {
   constexpr std::uint32_t kKnown = KEYSEAT_KEYS_REPLACE | KEYSEAT_KEYS_ENCRYPTED;
   if ((request.flags & ~kKnown) != 0) {
      throw Failure(KEYSEAT_E_UNSUPPORTED, "the plugin does not know what is asked of the new key");
   }
   KeyRequest result;
   if (request.key_type != nullptr) result.key_type = request.key_type;
   result.replace = (request.flags & KEYSEAT_KEYS_REPLACE) != 0;
   result.encrypted = (request.flags & KEYSEAT_KEYS_ENCRYPTED) != 0;
   return result;
}

inline keyseat_status KEYSEAT_CALL keys_create(const keyseat_instance *self,
                                               const keyseat_call *call,
                                               const keyseat_key_request *request,
                                               const keyseat_sink *kid) {
   return guarded(call, [&] {
      const KeyRequest wanted = read_key_request(*request);
      put(kid, interface_of<KeyManager>(self).create_key(call_of(self, call), wanted), "kid");
   });
}

inline keyseat_status KEYSEAT_CALL keys_list(const keyseat_instance *self, const keyseat_call *call,
                                             keyseat_key_visitor visitor, void *visitor_data) {
   return guarded(call, [&] {
      for (const KeyInfo &key : interface_of<KeyManager>(self).list_keys(call_of(self, call))) {
         const keyseat_text kid = text(key.kid);
         const keyseat_text label = text(key.label);
         const keyseat_text key_type = text(key.key_type);
         const keyseat_text alg = text(key.alg);
         keyseat_key_info info{};
         info.struct_size = sizeof info;
         info.state = key.state;
         info.capabilities = key.capabilities;
         info.created_at = key.created_at;
         info.kid = &kid;
         info.label = &label;
         info.key_type = &key_type;
         info.alg = &alg;
         if (visitor(visitor_data, &info) != 0) return;
      }
   });
}

inline keyseat_status KEYSEAT_CALL keys_destroy(const keyseat_instance *self,
                                                const keyseat_call *call, const keyseat_text *kid) {
   return guarded(
         call, [&] { interface_of<KeyManager>(self).destroy_key(call_of(self, call), view(kid)); });
}

inline keyseat_status KEYSEAT_CALL public_key_export(const keyseat_instance *self,
                                                     const keyseat_call *call,
                                                     const keyseat_sink *jwk) {
   return guarded(call, [&] {
      put(jwk, interface_of<PublicKeyExporter>(self).export_public_key(call_of(self, call)), "JWK");
   });
}

inline keyseat_status KEYSEAT_CALL approve_run(const keyseat_instance *self,
                                               const keyseat_call *call,
                                               const keyseat_sink *report) {
   return guarded(call, [&] {
      put(report, interface_of<Approver>(self).approve(call_of(self, call)), "report");
   });
}

inline keyseat_status KEYSEAT_CALL self_test_run(const keyseat_instance *self,
                                                 const keyseat_call *call,
                                                 const keyseat_sink *report) {
   return guarded(call, [&] {
      put(report, interface_of<SelfTester>(self).self_test(call_of(self, call)), "report");
   });
}

inline constexpr keyseat_ext_keys kKeysTable{keys_create, keys_list, keys_destroy};
inline constexpr keyseat_ext_public_key kPublicKeyTable{public_key_export};
inline constexpr keyseat_ext_approve kApproveTable{approve_run};
inline constexpr keyseat_ext_self_test kSelfTestTable{self_test_run};

template <class Interface>
bool offers(const Protector &protector) {
   return dynamic_cast<const Interface *>(&protector) != nullptr;
}

// The table of the extension `id`, where `protector` has the interface for it; otherwise null.
inline const void *find_extension(const Protector &protector, std::string_view id) {
   if (id == KEYSEAT_EXT_KEYS) return offers<KeyManager>(protector) ? &kKeysTable : nullptr;
   if (id == KEYSEAT_EXT_PUBLIC_KEY) {
      return offers<PublicKeyExporter>(protector) ? &kPublicKeyTable : nullptr;
   }
   if (id == KEYSEAT_EXT_APPROVE) return offers<Approver>(protector) ? &kApproveTable : nullptr;
   if (id == KEYSEAT_EXT_SELF_TEST)
      return offers<SelfTester>(protector) ? &kSelfTestTable : nullptr;
   return nullptr;
}

} // namespace keyseat::sdk::detail

#endif
