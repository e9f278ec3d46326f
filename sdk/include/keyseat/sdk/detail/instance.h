// SPDX-License-Identifier: Apache-2.0
//
// keyseat_instance over an author's Protector. A detail of the layer.

#ifndef KEYSEAT_SDK_DETAIL_INSTANCE_H
#define KEYSEAT_SDK_DETAIL_INSTANCE_H

#include <keyseat/sdk/detail/barrier.h>
#include <keyseat/sdk/detail/sink.h>
#include <keyseat/sdk/protector.h>

#include <memory>

namespace keyseat::sdk::detail {

const void *find_extension(const Protector &protector, std::string_view id); // extensions.h

// One opened protector: what close() deletes. The host holds a pointer to `c`.
struct Instance {
   Instance(Host the_host, std::unique_ptr<Protector> the_protector);

   keyseat_instance c;
   Host host;
   std::unique_ptr<Protector> protector;

   static Instance &of(const keyseat_instance *c) {
      return *static_cast<Instance *>(c->plugin_data);
   }
};

// The author's object behind `c`, as one of the interfaces of protector.h, which it is known to have.
template <class Interface>
Interface &interface_of(const keyseat_instance *c) {
   return dynamic_cast<Interface &>(*Instance::of(c).protector);
}

inline Call call_of(const keyseat_instance *self, const keyseat_call *call) {
   return {Instance::of(self).host, call};
}

inline keyseat_status KEYSEAT_CALL instance_status(const keyseat_instance *self,
                                                   const keyseat_call *call,
                                                   keyseat_status_info *info) {
   return guarded(call, [&] {
      const Status status = Instance::of(self).protector->status(call_of(self, call));
      info->health = status.health;
      info->capabilities = status.capabilities;
      put(info->kid, status.kid, "kid");
      put(info->message, status.message, "message");
      put(info->details, status.details, "details object");
   });
}

inline keyseat_status KEYSEAT_CALL instance_wrap(const keyseat_instance *self,
                                                 const keyseat_call *call, const keyseat_bytes *cek,
                                                 const keyseat_sink *header,
                                                 const keyseat_sink *encrypted_key) {
   return guarded(call, [&] {
      if (cek->size != KEYSEAT_CEK_SIZE) {
         throw Failure(KEYSEAT_E_UNSUPPORTED,
                       "a CEK has 32 bytes, this one has " + std::to_string(cek->size));
      }
      const WrappedKey wrapped =
            Instance::of(self).protector->wrap(call_of(self, call), BytesView(*cek));
      put(header, wrapped.header, "header");
      put(encrypted_key, wrapped.encrypted_key, "encrypted key");
   });
}

// A CEK of another size is what somebody else wrapped, so it is one more way of being tampered with.
inline keyseat_status KEYSEAT_CALL instance_unwrap(const keyseat_instance *self,
                                                   const keyseat_call *call,
                                                   const keyseat_text *header,
                                                   const keyseat_bytes *encrypted_key,
                                                   const keyseat_sink *cek) {
   return guarded(call, [&] {
      const SecretBytes unwrapped = Instance::of(self).protector->unwrap(
            call_of(self, call), view(header), BytesView(*encrypted_key));
      if (unwrapped.size() != KEYSEAT_CEK_SIZE) throw tampered();
      put(cek, unwrapped.view(), "CEK");
   });
}

inline const void *KEYSEAT_CALL instance_get_extension(const keyseat_instance *self,
                                                       const char *id) {
   return find_extension(*Instance::of(self).protector, id);
}

inline void KEYSEAT_CALL instance_close(const keyseat_instance *self) {
   delete &Instance::of(self);
}

inline Instance::Instance(Host the_host, std::unique_ptr<Protector> the_protector)
      : c{this,          instance_status, instance_wrap, instance_unwrap, instance_get_extension,
          instance_close},
        host(the_host),
        protector(std::move(the_protector)) {}

} // namespace keyseat::sdk::detail

#endif
