#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""python3-jwcrypto (Debian) opens what Keyseat seals, and Keyseat opens what it makes.

    jwcrypto_peer.py PATH-OF-JWE_TOOL
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

from jwcrypto import jwe, jwk
from jwcrypto.common import json_encode

PLAINTEXT = "a password, perhaps: \u00e9\u4e16\U0001f511".encode()
KEY_TYPES = ["oct", "RSA-2048", "P-256", "P-384", "X25519"]


class Tool:
    def __init__(self, path):
        self.path = path

    def run(self, *arguments, data=b""):
        return subprocess.run([self.path, *arguments], input=data, capture_output=True, check=False)

    def output(self, *arguments, data=b""):
        done = self.run(*arguments, data=data)
        assert done.returncode == 0, f"jwe_tool {arguments}: {done.stderr.decode()}"
        return done.stdout


def flipped(value):
    data = bytearray(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
    data[len(data) // 2] ^= 0x10
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def peer_opens(text, key):
    opened = jwe.JWE()
    opened.deserialize(text, key)
    return opened.payload


def peer_refuses(text, key):
    try:
        peer_opens(text, key)
    except Exception as error:  # jwcrypto has no common class for what it refuses
        return not isinstance(error, AssertionError)
    return False


def check_peer_opens_ours(tool, key_file, key):
    ours = tool.output("seal", key_file, data=PLAINTEXT).decode()
    assert peer_opens(ours, key) == PLAINTEXT
    members = json.loads(ours)
    for name in ["protected", "iv", "ciphertext", "tag"]:
        altered = dict(members, **{name: flipped(members[name])})
        assert peer_refuses(json.dumps(altered), key), f"flipped {name}"
    recipient = members["recipients"][0]
    wrapped = dict(recipient, encrypted_key=flipped(recipient["encrypted_key"]))
    assert peer_refuses(json.dumps(dict(members, recipients=[wrapped])), key), "flipped encrypted_key"


def peer_makes(key, public):
    """JWEs for one key in the three serializations, the JSON ones with additional data."""
    whole = {"alg": key["alg"], "enc": "A256GCM", "kid": key["kid"]}
    compact = jwe.JWE(PLAINTEXT, protected=json_encode(whole), recipient=public)
    yield "compact", compact.serialize(compact=True)

    own = json_encode({"alg": key["alg"], "kid": key["kid"]})
    flattened = jwe.JWE(PLAINTEXT, protected='{"enc":"A256GCM"}', aad=b"additional data")
    flattened.add_recipient(public, header=own)
    yield "flattened", flattened.serialize()

    general = jwe.JWE(PLAINTEXT, protected='{"enc":"A256GCM"}', aad=b"additional data")
    general.add_recipient(jwk.JWK.generate(kty="oct", size=128), header='{"alg":"A128KW"}')
    general.add_recipient(jwk.JWK.generate(kty="EC", crv="P-256"), header='{"alg":"ECDH-ES+A256KW","kid":"x"}')
    general.add_recipient(public, header=own)
    yield "general", general.serialize()


def check_we_open_theirs(tool, key_file, key, public):
    for name, text in peer_makes(key, public):
        done = tool.output("import", key_file, data=text.encode())
        assert done == PLAINTEXT, name
        assert tool.run("open", key_file, data=text.encode()).returncode == 1, f"{name} as a credential"
        if name == "compact":
            parts = text.split(".")
            parts[3] = flipped(parts[3])
            altered = ".".join(parts)
        else:
            members = json.loads(text)
            altered = json.dumps(dict(members, aad=flipped(members["aad"])))
        assert tool.run("import", key_file, data=altered.encode()).returncode == 1, f"flipped {name}"


def check(tool, key_type, directory):
    key_file = str(pathlib.Path(directory) / "key.jwk")
    text = tool.output("generate", key_type)
    pathlib.Path(key_file).write_bytes(text)
    key = json.loads(text)
    private = jwk.JWK(**key)
    public = private if key_type == "oct" else jwk.JWK(**json.loads(tool.output("public", key_file)))
    check_peer_opens_ours(tool, key_file, private)
    check_we_open_theirs(tool, key_file, key, public)
    print(f"{key_type}: {key['alg']}: both ways")


def main():
    tool = Tool(sys.argv[1])
    with tempfile.TemporaryDirectory() as directory:
        for key_type in KEY_TYPES:
            check(tool, key_type, directory)


if __name__ == "__main__":
    main()
