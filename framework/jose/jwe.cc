// SPDX-License-Identifier: Apache-2.0

#include "jose/jwe.h"

#include <keyseat/sdk/jose/encoding.h>
#include <keyseat/sdk/jose/json.h>
#include <keyseat/sdk/jose/primitives.h>

#include "jose/recipient_header.h"
#include "jose/untrusted.h"
#include "json/canonical.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace keyseat {

namespace {

using namespace sdk::
      jose; // NOLINT(google-build-using-namespace): a source file of the same subject

constexpr std::string_view kTyp = "keyseat+jwe";
constexpr std::string_view kCommitmentInfo = "keyseat commit v1";

// HKDF is collision-resistant in its key material for a salt and an info of fixed sizes; so a
// commitment belongs to one CEK.
Bytes commitment(BytesView cek, const CredentialId &id) {
   const SecretBytes derived =
         hkdf_sha256(key_memory(), cek, id, as_bytes(kCommitmentInfo), sizeof(Digest));
   const BytesView bytes = derived.view(); // public from here on
   return {bytes.begin(), bytes.end()};
}

// Of the canonical form of `recipients`.
std::string recipients_digest(std::string_view canonical) {
   return base64url_encode(sha256(as_bytes(canonical)));
}

std::string recipients_json(const std::vector<JweRecipient> &recipients) {
   std::string json = "[";
   for (const JweRecipient &recipient : recipients) {
      if (json.size() > 1) json += ',';
      json += R"({"encrypted_key":")" + base64url_encode(recipient.encrypted_key) +
              R"(","header":)" + recipient.header + '}';
   }
   return json + ']';
}

// -- reading -----------------------------------------------------------------------------------------

constexpr std::string_view kInexact = "has a number that is not exact everywhere";

void require_canonical(const JsonTree &tree, std::string_view what) {
   if (!has_exact_numbers(tree.root())) {
      throw refused(std::string(what) + ' ' + std::string(kInexact));
   }
   if (tree.root().raw() != tree.text() || !is_canonical(tree.root())) {
      throw refused(std::string(what) + " is not in canonical form");
   }
}

void require_text(JsonValue object, std::string_view member, std::string_view text) {
   if (!object.find(member).text_is(text)) {
      throw refused('"' + std::string(member) + "\" is not " + std::string(text));
   }
}

// A recipient of a header without flaw.
JweRecipient recipient_of(JsonValue header, Bytes encrypted_key) {
   JweRecipient recipient;
   recipient.header = header.raw();
   recipient.encrypted_key = std::move(encrypted_key);
   recipient.alg = header.find("alg").public_text();
   if (const JsonValue kid = header.find("kid"); kid.exists()) recipient.kid = kid.public_text();
   return recipient;
}

bool is_encrypted_key_size(std::size_t size) {
   return size > 0 && size <= KEYSEAT_MAX_ENCRYPTED_KEY;
}

JweRecipient read_recipient(JsonValue recipient) {
   require_members(recipient, "a recipient", {"encrypted_key", "header"});
   const JsonValue header = recipient.find("header");
   if (const auto flaw = recipient_header_flaw(header)) {
      throw refused("a recipient's header " + std::string(*flaw));
   }
   Bytes encrypted_key = read_octets(recipient, "encrypted_key");
   if (!is_encrypted_key_size(encrypted_key.size())) {
      throw refused("a recipient's encrypted key has the wrong size");
   }
   return recipient_of(header, std::move(encrypted_key));
}

// The members of the protected header.
struct ProtectedHeader {
   CredentialId id{};
   Bytes commitment;
   std::string recipients_digest;
   std::string binding;
};

ProtectedHeader read_protected_header(std::string_view text) {
   const JsonTree tree(text);
   const JsonValue header = tree.root();
   require_members(header, "the protected header",
                   {"enc", "ks_binding", "ks_commit", "ks_id", "ks_recipients", "ks_v", "typ"});
   require_canonical(tree, "the protected header");
   require_text(header, "enc", "A256GCM");
   require_text(header, "typ", kTyp);
   if (header.find("ks_v").raw() != "1") throw refused("its version is unknown");
   if (!header.find("ks_binding").is(JsonKind::object)) throw refused("it has no binding");

   ProtectedHeader result;
   const Bytes id = read_octets(header, "ks_id", result.id.size());
   std::copy(id.begin(), id.end(), result.id.begin());
   result.commitment = read_octets(header, "ks_commit", sizeof(Digest));
   result.recipients_digest = read_text(header, "ks_recipients");
   result.binding = header.find("ks_binding").raw();
   return result;
}

// In canonical form.
std::string write_protected_header(const ProtectedHeader &header) {
   return R"({"enc":"A256GCM","ks_binding":)" + header.binding + R"(,"ks_commit":")" +
          base64url_encode(header.commitment) + R"(","ks_id":")" + base64url_encode(header.id) +
          R"(","ks_recipients":")" + header.recipients_digest + R"(","ks_v":1,"typ":")" +
          std::string(kTyp) + R"("})";
}

} // namespace

JweRecipient make_recipient(std::string_view header, Bytes encrypted_key) {
   const auto defect = [](std::string_view flaw) {
      return Error(ErrorCode::plugin_defect,
                   "the protector made a recipient that cannot be: " + std::string(flaw));
   };
   try {
      const std::string canonical = canonical_public(header);
      const JsonTree tree(canonical);
      if (!has_exact_numbers(tree.root())) throw defect("the header " + std::string(kInexact));
      if (const auto flaw = recipient_header_flaw(tree.root())) {
         throw defect("the header " + std::string(*flaw));
      }
      if (!is_encrypted_key_size(encrypted_key.size())) {
         throw defect("the encrypted key has the wrong size");
      }
      return recipient_of(tree.root(), std::move(encrypted_key));
   } catch (const JsonError &) {
      throw defect("the header is no JSON");
   }
}

Jwe Jwe::parse(std::string_view json) {
   if (json.size() > kMaxJweText) throw refused("it is too large");
   try {
      const JsonTree tree(json);
      const JsonValue root = tree.root();
      require_members(root, "it", {"ciphertext", "iv", "protected", "recipients", "tag"});
      // Counted before anything that costs time for each of them.
      const JsonValue recipients = root.find("recipients");
      if (!recipients.is(JsonKind::array) || recipients.size() == 0 ||
          recipients.size() > kMaxRecipients) {
         throw refused(fmt::format("it does not have 1 to {} recipients", kMaxRecipients));
      }
      require_canonical(tree, "it");

      Jwe jwe;
      jwe.ciphertext_ = read_octets(root, "ciphertext");
      jwe.iv_ = read_octets(root, "iv", kGcmIvSize);
      jwe.tag_ = read_octets(root, "tag", kGcmTagSize);
      jwe.protected_ = read_text(root, "protected");
      const Bytes protected_text = decode_octets(jwe.protected_, "\"protected\"");
      ProtectedHeader header = read_protected_header(as_text(protected_text));
      if (header.recipients_digest != recipients_digest(recipients.raw())) {
         throw refused("its recipients were changed");
      }
      for (JsonValue one = recipients.first(); one.exists(); one = one.next()) {
         jwe.recipients_.push_back(read_recipient(one));
      }
      jwe.id_ = header.id;
      jwe.commitment_ = std::move(header.commitment);
      jwe.binding_ = std::move(header.binding);
      return jwe;
   } catch (const JsonError &) {
      throw refused("it is no JSON");
   }
}

SecretBytes Jwe::open(SecretMemory memory, BytesView cek) const {
   if (cek.size() == kCekSize && constant_time_equal(commitment(cek, id_), commitment_)) {
      std::optional<SecretBytes> plaintext =
            aes_gcm_open(memory, cek, iv_, as_bytes(protected_), ciphertext_, tag_);
      if (plaintext) return std::move(*plaintext);
   }
   throw refused("it was damaged or altered").hint("restore the file from version control");
}

// -- writing -----------------------------------------------------------------------------------------

Jwe Jwe::seal(const CredentialId &id, std::string_view binding,
              std::vector<JweRecipient> recipients, BytesView plaintext, BytesView cek) {
   if (cek.size() != kCekSize) throw Error(ErrorCode::internal, "a CEK has 32 bytes");
   try {
      const ProtectedHeader header{id, commitment(cek, id),
                                   recipients_digest(recipients_json(recipients)),
                                   canonical_public(binding)};
      Jwe jwe;
      jwe.protected_ = base64url_encode(as_bytes(write_protected_header(header)));
      jwe.recipients_ = std::move(recipients);
      jwe.iv_.resize(kGcmIvSize);
      random_bytes(jwe.iv_.data(), jwe.iv_.size());
      GcmSealed sealed = aes_gcm_seal(cek, jwe.iv_, as_bytes(jwe.protected_), plaintext);
      jwe.ciphertext_ = std::move(sealed.ciphertext);
      jwe.tag_.assign(sealed.tag.begin(), sealed.tag.end());

      const std::string json = jwe.to_json();
      if (json.size() > kMaxJweText) {
         throw Error(ErrorCode::definition_invalid,
                     "the secrets of this definition are too large for one credential");
      }
      return parse(json); // the reader decides what a Jwe is
   } catch (const JsonError &) {
      throw Error(ErrorCode::internal, "a binding is no JSON");
   } catch (const Error &error) {
      if (error.code() != ErrorCode::credential_refused) throw;
      throw Error(ErrorCode::internal, "sealed what cannot be read: " + error.message());
   }
}

std::string Jwe::to_json() const {
   return R"({"ciphertext":")" + base64url_encode(ciphertext_) + R"(","iv":")" +
          base64url_encode(iv_) + R"(","protected":")" + protected_ + R"(","recipients":)" +
          recipients_json(recipients_) + R"(,"tag":")" + base64url_encode(tag_) + R"("})";
}

std::string Jwe::merged_header(std::size_t recipient) const {
   return add_members(recipients_.at(recipient).header,
                      {{"enc", R"("A256GCM")"},
                       {"ks_id", json_quote(base64url_encode(id_))},
                       {"ks_v", "1"},
                       {"typ", json_quote(kTyp)}});
}

} // namespace keyseat
