#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes credential.json and refused.json from docs/credential-format.md alone.

This is a second implementation of the format: it shares no code with the product. The inputs are
fixed, so the files come out the same each time; the tests compare them with what the product reads.

    ./make_vectors.py            writes both files beside this script
    ./make_vectors.py --check    fails if they would change
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

HERE = pathlib.Path(__file__).parent


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value):
    """RFC 8785 for what occurs here: ASCII names, small integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def counting(first, size):
    return bytes((first + i) % 256 for i in range(size))


KEK = counting(0x00, 32)
CEK = counting(0x40, 32)
IV = counting(0x80, 12)
ID = counting(0xA0, 16)
SALT = counting(0xC0, 16)
KID = b64u(counting(0xE0, 16))

DEFINITION = (
    '{"name":"Warehouse","properties":{"type":"SqlServer","typeProperties":{'
    '"server":"sql.example","database":"dw","userName":"app"%s},'
    '"connectVia":{"referenceName":"Node1","type":"IntegrationRuntimeReference"}}}'
)
TAKEN_OUT = ',"password":{"type":"SecureString","value":"correct horse battery staple"}'


def payload():
    left = DEFINITION % ""
    secrets = [
        {
            "pointer": "/properties/typeProperties/password",
            "raw": TAKEN_OUT,
            "at": DEFINITION.index("%s"),
            "left": 0,
            "how": "nothing",
        }
    ]
    digest = b64u(hashlib.sha256(left.encode()).digest())
    value = {"v": 1, "secrets": secrets, "left": digest, "pad": ""}
    size = len(json.dumps(value, separators=(",", ":")).encode())
    value["pad"] = " " * (-size % 64)
    return json.dumps(value, separators=(",", ":"))


def member_digest(pointer, value):
    name = pointer.encode()
    content = canonical(value).encode()
    return b64u(hashlib.sha256(SALT + len(name).to_bytes(8, "big") + name + content).digest())


BOUND = {
    "/properties/connectvia/referencename": "node1",
    "/properties/type": "sqlserver",
    "/properties/typeproperties/database": "dw",
    "/properties/typeproperties/server": "sql.example",
    "/properties/typeproperties/username": "app",
}


def binding():
    members = {pointer: member_digest(pointer, value) for pointer, value in BOUND.items()}
    return {"members": members, "salt": b64u(SALT), "scope": "target"}


def commitment(cek, credential_id):
    return HKDF(algorithm=SHA256(), length=32, salt=credential_id, info=b"keyseat commit v1").derive(cek)


def recipients():
    return [
        {
            "encrypted_key": b64u(aes_key_wrap(KEK, CEK)),
            "header": {"alg": "A256KW", "kid": KID},
        }
    ]


def protected(of_recipients):
    digest = hashlib.sha256(canonical(of_recipients).encode()).digest()
    return {
        "enc": "A256GCM",
        "ks_binding": binding(),
        "ks_commit": b64u(commitment(CEK, ID)),
        "ks_id": b64u(ID),
        "ks_recipients": b64u(digest),
        "ks_v": 1,
        "typ": "keyseat+jwe",
    }


def seal(header, of_recipients, cek=CEK):
    """A JWE whose tag fits, whatever its header says."""
    text = b64u((header if isinstance(header, str) else canonical(header)).encode())
    sealed = AESGCM(cek).encrypt(IV, payload().encode(), text.encode())
    return {
        "ciphertext": b64u(sealed[:-16]),
        "iv": b64u(IV),
        "protected": text,
        "recipients": of_recipients,
        "tag": b64u(sealed[-16:]),
    }


def good():
    return seal(protected(recipients()), recipients())


def flipped(text):
    """base64url text with the first bit of its bytes flipped."""
    data = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    data[0] ^= 0x80
    return b64u(bytes(data))


def refused():
    """Name, failure ("parse" or "open") and text of credentials with one fault each."""
    result = []

    def add(name, where, text):
        result.append(
            {
                "name": name,
                "refusedBy": where,
                "encryptedCredential": base64.b64encode(text.encode()).decode(),
            }
        )

    def members(name, where, **changes):
        add(name, where, canonical({**good(), **changes}))

    def header(name, where, **changes):
        changed = {k: v for k, v in {**protected(recipients()), **changes}.items() if v is not None}
        add(name, where, canonical(seal(changed, recipients())))

    def recipient(name, where, change):
        changed = recipients()
        change(changed)
        add(name, where, canonical(seal(protected(changed), changed)))

    text = canonical(good())
    add("truncated", "parse", text[:-1])
    add("white space", "parse", text + "\n")
    add("members out of order", "parse", json.dumps(dict(reversed(good().items())), separators=(",", ":")))
    add("duplicate member", "parse", text.replace('"iv":', '"iv":"","iv":'))
    add("escaped character", "parse", text.replace('"iv":', '"\\u0069v":'))
    members("padded base64url", "parse", tag=good()["tag"] + "==")
    members("spare bits in base64url", "parse", tag=good()["tag"][:-1] + "B")
    members("short initialization vector", "parse", iv=b64u(IV[:-1]))
    members("short tag", "parse", tag=b64u(bytes(15)))
    members("additional authenticated data", "parse", aad="AA")
    members("unprotected header", "parse", unprotected={"jku": "https://example.com/"})
    members("no recipients", "parse", recipients=[])
    members("seventeen recipients", "parse", recipients=recipients() * 17)
    members("recipient added", "parse", recipients=recipients() * 2)
    members("flipped bit in the ciphertext", "open", ciphertext=flipped(good()["ciphertext"]))
    members("flipped bit in the tag", "open", tag=flipped(good()["tag"]))
    members("flipped bit in the initialization vector", "open", iv=flipped(good()["iv"]))
    header("enc A128GCM", "parse", enc="A128GCM")
    header("typ JWE", "parse", typ="JWE")
    header("ks_v 2", "parse", ks_v=2)
    header("ks_v as text", "parse", ks_v="1")
    header("ks_id of 15 bytes", "parse", ks_id=b64u(ID[:-1]))
    header("ks_commit missing", "parse", ks_commit=None)
    header("ks_commit of another key", "open", ks_commit=b64u(commitment(KEK, ID)))
    header("ks_commit with another salt", "open", ks_commit=b64u(commitment(CEK, SALT)))
    header("ks_recipients of others", "parse", ks_recipients=b64u(bytes(32)))
    header("ks_binding no object", "parse", ks_binding="target")
    header("zip", "parse", zip="DEF")
    header("crit", "parse", crit=["ks_v"])
    header("alg in the protected header", "parse", alg="A256KW")
    add(
        "protected header not canonical",
        "parse",
        canonical(seal(json.dumps(protected(recipients())), recipients())),
    )
    recipient("alg none", "parse", lambda r: r[0]["header"].update(alg="none"))
    recipient("alg dir", "parse", lambda r: r[0]["header"].update(alg="dir"))
    recipient("alg A128KW", "parse", lambda r: r[0]["header"].update(alg="A128KW"))
    recipient("alg in lower case", "parse", lambda r: r[0]["header"].update(alg="a256kw"))
    recipient("alg missing", "parse", lambda r: r[0]["header"].pop("alg"))
    recipient("alg twice in two cases", "parse", lambda r: r[0]["header"].update(ALG="dir"))
    recipient("p2c", "parse", lambda r: r[0]["header"].update(p2c=2147483647))
    recipient("enc in a recipient's header", "parse", lambda r: r[0]["header"].update(enc="A256GCM"))
    recipient("number beyond 2^53", "parse", lambda r: r[0]["header"].update(x=2**53))
    recipient("unknown member of a recipient", "parse", lambda r: r[0].update(x="y"))
    recipient("empty encrypted key", "parse", lambda r: r[0].update(encrypted_key=""))
    recipient(
        "epk off the curve",
        "parse",
        lambda r: r[0]["header"].update(
            alg="ECDH-ES+A256KW",
            epk={"crv": "P-256", "kty": "EC", "x": b64u(bytes(32)), "y": b64u(bytes(31) + b"\1")},
        ),
    )
    return result


def main():
    jwe = canonical(good())
    files = {
        "credential.json": {
            "description": "One credential of docs/credential-format.md with all that it is made of.",
            "original": DEFINITION % TAKEN_OUT,
            "key": {"kty": "oct", "kid": KID, "alg": "A256KW", "k": b64u(KEK)},
            "cek": b64u(CEK),
            "bound": BOUND,
            "binding": binding(),
            "payload": payload(),
            "protectedHeader": canonical(protected(recipients())),
            "recipients": canonical(recipients()),
            "commitment": b64u(commitment(CEK, ID)),
            "jwe": jwe,
            "encryptedCredential": base64.b64encode(jwe.encode()).decode(),
        },
        "refused.json": refused(),
    }
    status = 0
    for name, value in files.items():
        text = json.dumps(value, indent=3) + "\n"
        path = HERE / name
        if "--check" in sys.argv[1:]:
            if path.read_text() != text:
                print(f"{name} differs from what docs/credential-format.md makes", file=sys.stderr)
                status = 1
        else:
            path.write_text(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
