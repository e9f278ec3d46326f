// SPDX-License-Identifier: Apache-2.0

#include "tss2_key.h"

#include "der.h"
#include "marshal.h"

#include <keyseat/sdk/jose/encoding.h>

#include <algorithm>

namespace tpm2 {

namespace jose = keyseat::sdk::jose;

namespace {

constexpr std::string_view kBegin = "-----BEGIN TSS2 PRIVATE KEY-----\n";
constexpr std::string_view kEnd = "-----END TSS2 PRIVATE KEY-----\n";
constexpr std::size_t kLineSize = 64; // RFC 7468 section 2

const Bytes kLoadableKey{0x67, 0x81, 0x05, 0x0a, 0x01, 0x03};
const Bytes kSealedData{0x67, 0x81, 0x05, 0x0a, 0x01, 0x05};

Failure bad_key(const std::string &why) {
   return Failure(KEYSEAT_E_CONFIG, "the key file " + why).with_option("key");
}

void add(Bytes &bytes, const Bytes &more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

Bytes policy_step(TPM2_CC code, BytesView arguments) {
   Bytes step = der_element(kDerContext, der_unsigned(code));
   add(step, der_element(kDerContext + 1, der_element(kDerOctetString, arguments)));
   return der_element(kDerSequence, step);
}

// The arguments as the commands have them, sized digests first.
Bytes policy_steps(const Policy &policy) {
   Bytes steps;
   const auto sized = [](BytesView bytes) {
      Bytes result{static_cast<std::uint8_t>(bytes.size() >> 8),
                   static_cast<std::uint8_t>(bytes.size())};
      result.insert(result.end(), bytes.begin(), bytes.end());
      return result;
   };
   if (policy.approval_key) {
      Bytes arguments = marshal(policy.approval_key->tpm_public());
      add(arguments, sized(policy.ref));
      add(arguments, {TPM2_ALG_NULL >> 8, TPM2_ALG_NULL & 0xff}); // signed elsewhere
      add(steps, policy_step(TPM2_CC_PolicyAuthorize, arguments));
   } else {
      Bytes arguments = sized(policy.pcrs->digest());
      add(arguments, marshal(policy.selection->tpml()));
      add(steps, policy_step(TPM2_CC_PolicyPCR, arguments));
   }
   if (policy.has_pin) add(steps, policy_step(TPM2_CC_PolicyAuthValue, {}));
   return steps;
}

} // namespace

Bytes tss2_key_der(const Tss2Key &key, const Policy &policy) {
   Bytes content = der_element(kDerObjectIdentifier, key.is_sealed ? kSealedData : kLoadableKey);
   const Bytes empty_auth{static_cast<std::uint8_t>(policy.has_pin ? 0x00 : 0xff)};
   add(content, der_element(kDerContext, der_element(kDerBoolean, empty_auth)));
   if (policy.has_session()) {
      add(content, der_element(kDerContext + 1, der_element(kDerSequence, policy_steps(policy))));
   }
   add(content, der_unsigned(key.parent));
   add(content, der_element(kDerOctetString, marshal(key.public_area)));
   add(content, der_element(kDerOctetString, marshal(key.private_area)));
   return der_element(kDerSequence, content);
}

Tss2Key read_tss2_key(BytesView der) {
   DerReader outer(der);
   const auto sequence = outer.next(kDerSequence);
   if (!sequence || !outer.at_end()) throw bad_key("holds no TSS2 key");
   DerReader reader(*sequence);
   const auto type = reader.next(kDerObjectIdentifier);
   const auto is_type = [&](const Bytes &oid) {
      return type && std::equal(type->begin(), type->end(), oid.begin(), oid.end());
   };
   if (!is_type(kLoadableKey) && !is_type(kSealedData))
      throw bad_key("holds another kind of TSS2 key than this plugin makes");
   Tss2Key key;
   key.is_sealed = is_type(kSealedData);
   reader.next(kDerContext);
   reader.next(kDerContext + 1);
   const auto parent = reader.next_unsigned();
   const auto public_part = reader.next(kDerOctetString);
   const auto private_part = reader.next(kDerOctetString);
   if (!parent || !public_part || !private_part || !reader.at_end())
      throw bad_key("holds a TSS2 key that is cut short or altered");
   const auto public_area = unmarshal_public(*public_part);
   const auto private_area = unmarshal_private(*private_part);
   if (!public_area || !private_area)
      throw bad_key("holds a TSS2 key whose parts are none of a TPM");
   key.parent = *parent;
   key.public_area = *public_area;
   key.private_area = *private_area;
   return key;
}

std::string pem_block(BytesView der) {
   const std::string text = jose::base64_encode(der);
   std::string pem(kBegin);
   for (std::size_t i = 0; i < text.size(); i += kLineSize)
      pem += text.substr(i, kLineSize) + '\n';
   return pem + std::string(kEnd);
}

Bytes find_pem_block(std::string_view text) {
   const std::size_t begin = text.find(kBegin);
   const std::size_t end = begin == std::string_view::npos ? begin : text.find(kEnd, begin);
   if (end == std::string_view::npos) throw bad_key("holds no TSS2 PRIVATE KEY block");
   std::string base64(text.substr(begin + kBegin.size(), end - begin - kBegin.size()));
   base64.erase(std::remove(base64.begin(), base64.end(), '\n'), base64.end());
   auto der = jose::base64_decode(base64);
   if (!der) throw bad_key("holds a TSS2 PRIVATE KEY block that is no base64");
   return std::move(*der);
}

} // namespace tpm2
