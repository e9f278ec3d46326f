// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/primitives.h>
#include <keyseat/sdk/jose/shared_openssl.h>

#include <gtest/gtest.h>

#include <cstring>

namespace keyseat::test {
namespace {

using namespace sdk::jose;

// A host that offers `service` and nothing else.
class OfferingHost {
 public:
   explicit OfferingHost(const OpensslService *service) : c_{} {
      c_.struct_size = sizeof c_;
      c_.host_data = const_cast<OpensslService *>(service);
      c_.get_service = [](const keyseat_host *host, const char *id) -> const void * {
         return std::strcmp(id, kOpensslService) == 0 ? host->host_data : nullptr;
      };
   }
   bool is_shared() const { return share_openssl(sdk::Host(&c_)); }

 private:
   keyseat_host c_;
};

void expect_working_primitives() {
   std::uint8_t bytes[32];
   random_bytes(bytes, sizeof bytes);
   EXPECT_EQ(sha256(sdk::BytesView(bytes, sizeof bytes)),
             sha256(sdk::BytesView(bytes, sizeof bytes)));
}

TEST(SharedOpenssl, IsNotThereWhereTheHostDoesNotOfferIt) {
   EXPECT_FALSE(OfferingHost(nullptr).is_shared());
   expect_working_primitives();
}

TEST(SharedOpenssl, OfAnotherLibcryptoIsNotTouched) {
   int elsewhere = 0;
   const OpensslService service{&elsewhere, &elsewhere};
   EXPECT_FALSE(OfferingHost(&service).is_shared());
   expect_working_primitives();
}

TEST(SharedOpenssl, ComesTooLateOnceThereIsAContext) {
   random_bytes(nullptr, 0);
   int another = 0;
   const OpensslService service{&another, openssl_service()->libcrypto};
   EXPECT_FALSE(OfferingHost(&service).is_shared());
   expect_working_primitives();
}

TEST(SharedOpenssl, OfTheSameLibcryptoIsTaken) {
   EXPECT_TRUE(OfferingHost(openssl_service()).is_shared());
   expect_working_primitives();
}

} // namespace
} // namespace keyseat::test
