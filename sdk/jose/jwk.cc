// SPDX-License-Identifier: Apache-2.0
#include <keyseat/sdk/jose/jwk.h>

#include "jwk_reader.h"
#include "jwk_writer.h"

#include <keyseat/sdk/jose/primitives.h>

namespace keyseat::sdk::jose {
namespace {

constexpr std::size_t kDrawnKidSize = 16;

// A public key's members, `alg` and `kid` among them unless they are empty.
std::string write_public(const KeyMaterial &material, std::string_view alg, std::string_view kid) {
   const KeyShape &shape = shape_of(material.type);
   const PublicNumbers &numbers = material.numbers;
   std::string json;
   JwkWriter<std::string> writer(json);
   if (!alg.empty()) writer.text("alg", alg);
   if (!shape.crv.empty()) writer.text("crv", shape.crv);
   if (!numbers.e.empty()) writer.octets("e", numbers.e);
   if (!kid.empty()) writer.text("kid", kid);
   writer.text("kty", shape.kty);
   if (!numbers.n.empty()) writer.octets("n", numbers.n);
   if (!numbers.x.empty()) writer.octets("x", numbers.x);
   if (!numbers.y.empty()) writer.octets("y", numbers.y);
   writer.finish();
   return json;
}

std::string usual_alg(KeyType type, std::string alg) {
   if (alg.empty()) return std::string(shape_of(type).alg);
   if (!alg_fits(type, alg)) throw jwk_failure("has an `alg` that contradicts the key");
   return alg;
}

} // namespace

std::string key_members_json(const KeyMaterial &material) { return write_public(material, "", ""); }

PublicJwk::PublicJwk(std::shared_ptr<const KeyMaterial> material, std::string alg)
      : material_(std::move(material)),
        type_(material_->type),
        alg_(usual_alg(type_, std::move(alg))),
        kid_(base64url_encode(sha256(as_bytes(key_members_json())))) {}

PublicJwk PublicJwk::parse(std::string_view json) {
   JwkMembers members = read_public_members(json);
   return PublicJwk(import_public_key(members.type, std::move(members.numbers)),
                    std::move(members.alg));
}

PublicJwk PublicJwk::from_numbers(KeyType type, PublicNumbers numbers, std::string alg) {
   if (type == KeyType::oct) throw jwk_failure("is symmetric (`kty` oct): it has no public half");
   return PublicJwk(import_public_key(type, std::move(numbers)), std::move(alg));
}

PublicJwk PublicJwk::with_alg(std::string alg) const {
   PublicJwk other = *this;
   other.alg_ = usual_alg(type_, std::move(alg));
   return other;
}

const PublicNumbers &PublicJwk::numbers() const { return material_->numbers; }

std::string PublicJwk::to_json() const { return write_public(*material_, alg_, kid_); }

std::string PublicJwk::key_members_json() const { return jose::key_members_json(*material_); }

struct PrivateJwk::State {
   SecretMemory memory;
   KeyType type;
   std::string alg;
   std::string kid;
   KeyMaterialPtr material;              // null for oct
   SecretBytes octets;                   // of oct
   std::optional<PublicJwk> public_half; // none for oct
};

PrivateJwk::PrivateJwk(std::unique_ptr<State> state) : state_(std::move(state)) {}
PrivateJwk::PrivateJwk(PrivateJwk &&) noexcept = default;
PrivateJwk &PrivateJwk::operator=(PrivateJwk &&) noexcept = default;
PrivateJwk::~PrivateJwk() = default;

PrivateJwk PrivateJwk::from_octets(std::string kid, SecretBytes octets) {
   if (octets.size() != shape_of(KeyType::oct).size)
      throw jwk_failure("has a `k` that is not 32 bytes long");
   if (kid.empty()) throw jwk_failure("is symmetric and has no `kid`: nothing public names it");
   const SecretMemory memory = octets.memory();
   return PrivateJwk(std::make_unique<State>(
         State{memory, KeyType::oct, std::string(shape_of(KeyType::oct).alg), std::move(kid),
               nullptr, std::move(octets), std::nullopt}));
}

// `pair` holds both halves; the other key does not have the private numbers.
PrivateJwk PrivateJwk::from_pair(SecretMemory memory, std::shared_ptr<const KeyMaterial> pair,
                                 std::shared_ptr<const KeyMaterial> public_half, std::string alg) {
   PublicJwk jwk(std::move(public_half), std::move(alg));
   const KeyType type = pair->type;
   return PrivateJwk(
         std::make_unique<State>(State{memory, type, std::string(jwk.alg()), jwk.kid(),
                                       std::move(pair), SecretBytes(memory), std::move(jwk)}));
}

PrivateJwk PrivateJwk::parse(SecretMemory memory, std::string_view json) {
   JwkMembers members = read_private_members(memory, json);
   if (members.type == KeyType::oct)
      return from_octets(std::move(members.kid), std::move(members.secrets[0].value));
   ImportedPair imported =
         import_private_key(members.type, std::move(members.numbers), members.secrets);
   return from_pair(memory, std::move(imported.pair), std::move(imported.public_half),
                    std::move(members.alg));
}

PrivateJwk PrivateJwk::generate(SecretMemory memory, KeyType type) {
   if (type != KeyType::oct) {
      KeyMaterialPtr pair = generate_key(type);
      KeyMaterialPtr public_half = public_half_of(*pair);
      return from_pair(memory, std::move(pair), std::move(public_half), {});
   }
   Bytes kid(kDrawnKidSize);
   random_bytes(kid.data(), kid.size());
   return from_octets(base64url_encode(kid), random_secret(memory, shape_of(type).size));
}

KeyType PrivateJwk::type() const { return state_->type; }
std::string_view PrivateJwk::alg() const { return state_->alg; }
const std::string &PrivateJwk::kid() const { return state_->kid; }
SecretMemory PrivateJwk::memory() const { return state_->memory; }
const std::optional<PublicJwk> &PrivateJwk::public_half() const { return state_->public_half; }
const KeyMaterial &PrivateJwk::material() const { return *state_->material; }
BytesView PrivateJwk::secret_octets() const { return state_->octets; }

SecretBytes PrivateJwk::to_json() const {
   SecretBytes json(state_->memory);
   JwkWriter<SecretBytes> writer(json);
   writer.text("alg", state_->alg);
   if (state_->type == KeyType::oct) {
      writer.octets("k", state_->octets);
      writer.text("kid", state_->kid);
      writer.text("kty", "oct");
      writer.finish();
      return json;
   }
   const KeyShape &shape = shape_of(state_->type);
   const PublicNumbers &numbers = state_->material->numbers;
   const PrivateNumbers secrets = private_numbers(state_->memory, *state_->material);
   const auto write_secrets = [&](char from, char to) { // names that begin with from ... to
      for (const PrivateNumber &secret : secrets) {
         if (secret.name[0] >= from && secret.name[0] <= to)
            writer.octets(secret.name, secret.value);
      }
   };
   if (!shape.crv.empty()) writer.text("crv", shape.crv);
   write_secrets('d', 'd');
   if (!numbers.e.empty()) writer.octets("e", numbers.e);
   writer.text("kid", state_->kid);
   writer.text("kty", shape.kty);
   if (!numbers.n.empty()) writer.octets("n", numbers.n);
   write_secrets('p', 'q');
   if (!numbers.x.empty()) writer.octets("x", numbers.x);
   if (!numbers.y.empty()) writer.octets("y", numbers.y);
   writer.finish();
   return json;
}

} // namespace keyseat::sdk::jose
