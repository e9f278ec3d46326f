// SPDX-License-Identifier: Apache-2.0
//
// A credential to attack, and what an attacker does with its text.

#ifndef KEYSEAT_TESTS_JOSE_SAMPLE_H
#define KEYSEAT_TESTS_JOSE_SAMPLE_H

#include "jose/jwe.h"

#include <keyseat/sdk/jose/jwk.h>

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace keyseat::test {

inline constexpr std::string_view kPlaintext = "the secrets of one definition";
inline constexpr std::string_view kBinding = R"({"members":{},"salt":"c2FsdA","scope":"type"})";

// A Jwe for two recipients, with their keys and its CEK.
struct Sample {
   sdk::jose::PrivateJwk owner;  // A256KW
   sdk::jose::PrivateJwk backup; // ECDH-ES+A256KW on P-256
   SecretBytes cek;
   Jwe jwe;
};
Sample make_sample();

// A recipient that wraps `cek` with `key`.
JweRecipient recipient_for(const sdk::jose::PrivateJwk &key, BytesView cek);

// What an attacker makes of a Jwe: `change` edits its members and its protected header as it likes;
// the result is canonical again and its ks_recipients fits, so that only what the change touches can
// refuse it.
using Change = std::function<void(nlohmann::json &jwe, nlohmann::json &protected_header)>;
std::string forged(const Jwe &jwe, const Change &change);

// The same without mending ks_recipients.
std::string altered(const Jwe &jwe, const Change &change);

// Parses and opens. The message of the Error(credential_refused); empty when it opens.
std::string refusal(std::string_view json, BytesView cek);

// Parses only.
std::string parse_refusal(std::string_view json);

} // namespace keyseat::test

#endif
