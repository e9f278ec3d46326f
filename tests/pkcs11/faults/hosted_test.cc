// SPDX-License-Identifier: Apache-2.0

#include "pkcs11/faults/hosted_test.h"

#include <filesystem>
#include <fstream>

namespace pkcs11_test {

HostedTest::HostedTest() {
   const std::string pin = subject().token + "/pin";
   std::filesystem::remove(pin);
   std::ofstream(pin) << "5678-user-pin";
   std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
}

void HostedTest::make_key(const std::string &key_type) {
   object_ = key_type;
   ASSERT_NO_FATAL_FAILURE(ensure_key(object_, key_type));
   const auto protector = open_protector(object_, Place::here);
   wrapped_ = protector->wrap({}, cek_);
   ASSERT_EQ(unwrap(*protector, wrapped_), cek_);
   kid_ = protector->status({}).kid;
}

std::unique_ptr<keyseat::Protector> HostedTest::open_protector(const std::string &object,
                                                               Place place) const {
   static const keyseat::PluginRegistry registry{keyseat::PluginPlaces{}};
   keyseat::Isolation isolation{.process = place == Place::worker};
   if (isolation.process) {
      isolation.write = {subject().token};
      isolation.environment = {"SOFTHSM2_CONF", PlanFile::kVariable};
   }
   keyseat::Settings settings;
   for (const auto &[name, value] : TokenTest::settings(object))
      settings[name] = value;
   settings["pin-source"] = subject().token + "/pin";
   return registry.load_file(subject().library, isolation)
         .open("hsm", settings, subject().token, *nobody_);
}

contract::Bytes HostedTest::unwrap(keyseat::Protector &protector,
                                   const keyseat::WrappedCek &wrapped) const {
   const auto cek = protector.unwrap({}, wrapped.header, wrapped.encrypted_key);
   return cek ? contract::Bytes(cek->data(), cek->data() + cek->size()) : contract::Bytes();
}

std::string HostedTest::failure_of(Act act, keyseat::Protector &protector,
                                   std::uint32_t timeout_ms) const {
   keyseat::CallContext call;
   call.timeout_ms = timeout_ms;
   try {
      perform(act, protector, call);
      return {};
   } catch (const keyseat::Error &error) {
      EXPECT_EQ(error.code(), keyseat::ErrorCode::protector_unavailable) << error.message();
      EXPECT_NE(error.message(), "");
      return error.message();
   }
}

std::uint32_t HostedTest::calls_of(Act act, keyseat::Protector &protector) {
   plan_.count();
   switch (act) {
      case Act::unwrap:
         unwrap(protector, wrapped_);
         break;
      case Act::wrap:
         protector.wrap({}, cek_);
         break;
      case Act::status:
         protector.status({});
         break;
   }
   return plan_.calls();
}

void HostedTest::perform(Act act, keyseat::Protector &protector,
                         const keyseat::CallContext &call) const {
   switch (act) {
      case Act::unwrap: {
         const auto cek = protector.unwrap(call, wrapped_.header, wrapped_.encrypted_key);
         ASSERT_TRUE(cek);
         EXPECT_EQ(contract::Bytes(cek->data(), cek->data() + cek->size()), cek_);
         break;
      }
      case Act::wrap: {
         const keyseat::WrappedCek wrapped = protector.wrap(call, cek_);
         EXPECT_EQ(unwrap(*open_protector(object_, Place::here), wrapped), cek_) << wrapped.header;
         break;
      }
      case Act::status: {
         const keyseat::ProtectorStatus status = protector.status(call);
         EXPECT_TRUE(status.health != keyseat::Health::ok || status.kid == kid_) << status.kid;
         EXPECT_NE(status.message, "");
         break;
      }
   }
}

} // namespace pkcs11_test
