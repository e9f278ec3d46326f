// SPDX-License-Identifier: Apache-2.0
//
// The reader of DPAPI blobs, on every system: blobs as Windows lays them out, blobs that Wine made, and
// everything that is none.

#include "dpapi/blob.h"

#include "contract/configuration.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using dpapi::Blob;
using dpapi::Bytes;

const std::string kFolder = KEYSEAT_TESTS_DIR "/vectors/dpapi/";
const char *const kBlobs[] = {"windows-user.blob", "windows-machine.blob",    "windows-xp.blob",
                              "wine-user.blob",    "windows-surrogates.blob", "wine-machine.blob"};

Bytes bytes_of(const std::string &name) {
   const std::string content = contract::read_file(kFolder + name);
   return {content.begin(), content.end()};
}

Blob blob_in(const std::string &name) {
   const auto blob = dpapi::read_blob(bytes_of(name));
   EXPECT_TRUE(blob) << name;
   return blob.value_or(Blob{});
}

void set_number(Bytes &bytes, std::size_t at, std::uint32_t value) {
   for (std::size_t i = 0; i < 4; ++i)
      bytes[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

constexpr std::size_t kDescriptionSizeAt = 44;

} // namespace

TEST(DpapiBlob, NamesProviderAndMasterKey) {
   const Blob blob = blob_in("windows-user.blob");
   EXPECT_EQ(dpapi::guid_text(blob.provider), "df9d8cd0-1501-11d1-8c7a-00c04fc297eb");
   EXPECT_EQ(dpapi::provider_name(blob.provider), "the system's provider");
   EXPECT_EQ(dpapi::guid_text(blob.master_key), "5e7a1c3e-9c1d-4b5f-8a21-0f1e2d3c4b5a");
   EXPECT_EQ(blob.version, 1u);
   EXPECT_EQ(blob.master_key_version, 1u);
}

TEST(DpapiBlob, TellsTheScopeByItsFlags) {
   EXPECT_EQ(blob_in("windows-user.blob").flags & dpapi::kLocalMachineFlag, 0u);
   EXPECT_EQ(blob_in("windows-machine.blob").flags & dpapi::kLocalMachineFlag,
             dpapi::kLocalMachineFlag);
}

TEST(DpapiBlob, NamesAlgorithmsAndSizes) {
   const Blob now = blob_in("windows-user.blob");
   EXPECT_EQ(dpapi::algorithm_name(now.cipher), "AES-256");
   EXPECT_EQ(now.cipher_bits, 256u);
   EXPECT_EQ(dpapi::algorithm_name(now.hash), "SHA-512");
   EXPECT_EQ(now.hash_bits, 512u);
   EXPECT_EQ(now.salt_size, 32u);
   EXPECT_EQ(now.strong_size, 0u);
   EXPECT_EQ(now.hmac_key_size, 32u);
   EXPECT_EQ(now.data_size, 48u);
   EXPECT_EQ(now.signature_size, 64u);
   const Blob then = blob_in("windows-xp.blob");
   EXPECT_EQ(dpapi::algorithm_name(then.cipher), "3DES");
   EXPECT_EQ(dpapi::algorithm_name(then.hash), "SHA-1");
   EXPECT_EQ(dpapi::algorithm_name(0x1234), "ALG_ID 0x1234");
}

TEST(DpapiBlob, DescriptionIsUtf8) {
   EXPECT_EQ(blob_in("windows-user.blob").description, "Keyseat");
   EXPECT_EQ(blob_in("windows-xp.blob").description, "");
   EXPECT_EQ(blob_in("windows-surrogates.blob").description, "\U0001f511 Schl\u00fcssel");
}

TEST(DpapiBlob, HalvesOfSurrogatesShowAsReplacements) {
   Bytes bytes = bytes_of("windows-surrogates.blob");
   bytes[kDescriptionSizeAt + 4 + 3] = 0x00; // the second half is a letter now
   EXPECT_EQ(dpapi::read_blob(bytes)->description.substr(0, 3), "\ufffd");
}

TEST(DpapiBlob, ReadsWhatWineMakes) {
   for (const char *name : {"wine-user.blob", "wine-machine.blob"}) {
      const Blob blob = blob_in(name);
      EXPECT_EQ(dpapi::provider_name(blob.provider), "Wine's imitation");
      EXPECT_EQ(blob.description, "Keyseat \u00e9");
      EXPECT_EQ(dpapi::algorithm_name(blob.cipher), "3DES");
      EXPECT_EQ(blob.data_size, 40u);
   }
}

TEST(DpapiBlob, EveryTruncationAndEveryTailIsNoBlob) {
   for (const char *name : kBlobs) {
      const Bytes whole = bytes_of(name);
      for (std::size_t size = 0; size < whole.size(); ++size) {
         const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
         EXPECT_FALSE(dpapi::read_blob(cut)) << name << " " << size;
      }
      Bytes longer = whole;
      longer.push_back(0);
      EXPECT_FALSE(dpapi::read_blob(longer)) << name;
   }
}

TEST(DpapiBlob, EveryCountedSizeIsBounded) {
   const Bytes whole = bytes_of("windows-user.blob");
   // The places of the counts: each field of the layout before them has a known size here.
   const std::size_t description = kDescriptionSizeAt + 4 + 16;
   const std::size_t salt = description + 8;
   const std::size_t strong = salt + 4 + 32;
   const std::size_t hmac = strong + 4 + 8;
   const std::size_t data = hmac + 4 + 32;
   const std::size_t signature = data + 4 + 48;
   for (const std::size_t at : {kDescriptionSizeAt, salt, strong, hmac, data, signature}) {
      for (const std::uint32_t size : {0x7fffffffu, 0x80000000u, 0xfffffff0u, 0xffffffffu}) {
         Bytes altered = whole;
         set_number(altered, at, size);
         EXPECT_FALSE(dpapi::read_blob(altered)) << at << " " << size;
      }
   }
}

TEST(DpapiBlob, AnotherVersionIsNoBlob) {
   Bytes bytes = bytes_of("windows-user.blob");
   set_number(bytes, 0, 2);
   EXPECT_FALSE(dpapi::read_blob(bytes));
}
