#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The jose command (Debian) opens what Keyseat seals, and Keyseat opens what it makes.
#
#    jose_peer.sh PATH-OF-JWE_TOOL
#
# jose prints the plaintext even when the tag is wrong: its exit status is what counts.
set -euo pipefail
tool=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf 'a password, perhaps' >plaintext

fail() {
   echo "jose_peer: $*" >&2
   exit 1
}

# Exchanges the first character of a member's value for another one; of the first member of that name.
altered() { sed -E "s/(\"$1\":\")/\1\n/; s/\nA/B/; s/\n./A/" "$2"; }

check_jose_opens_ours() {
   "$tool" seal key.jwk other.jwk <plaintext >ours
   jose jwe dec -i ours -k key.jwk -O opened || fail "$1: jose does not open ours"
   cmp plaintext opened || fail "$1: jose opens ours to something else"
   for member in protected iv ciphertext tag encrypted_key; do
      altered "$member" ours >changed
      ! cmp -s ours changed || fail "$1: nothing changed in $member"
      ! jose jwe dec -i changed -k key.jwk -O /dev/null 2>/dev/null || fail "$1: jose opens ours with a changed $member"
   done
}

check_we_open_theirs() {
   jose jwe enc -i '{"protected":{"enc":"A256GCM"}}' -I plaintext -k public.jwk -o theirs
   "$tool" import key.jwk <theirs >opened || fail "$1: we do not open jose's"
   cmp plaintext opened || fail "$1: we open jose's to something else"
   ! "$tool" open key.jwk <theirs 2>/dev/null || fail "$1: jose's passes for a credential"
   for member in protected iv ciphertext tag encrypted_key; do
      altered "$member" theirs >changed
      ! cmp -s theirs changed || fail "$1: nothing changed in $member"
      ! "$tool" import key.jwk <changed >/dev/null 2>&1 || fail "$1: we open jose's with a changed $member"
   done
   jose jwe enc -c -i '{"protected":{"enc":"A256GCM"}}' -I plaintext -k public.jwk -o theirs
   "$tool" import key.jwk <theirs >opened || fail "$1: we do not open jose's compact form"
   cmp plaintext opened || fail "$1: we open jose's compact form to something else"
}

"$tool" generate P-256 >other.jwk
for type in oct P-256 P-384; do
   "$tool" generate "$type" >key.jwk
   if [[ $type == oct ]]; then cp key.jwk public.jwk; else "$tool" public key.jwk >public.jwk; fi
   check_jose_opens_ours "$type"
   check_we_open_theirs "$type"
   echo "$type: both ways"
done
