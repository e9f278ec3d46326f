# SPDX-License-Identifier: Apache-2.0
"""Other software reads what the plugin writes, and the plugin opens what other software makes."""

import base64
import json
import os
import re
import subprocess
import unittest

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto import jwe, jwk

from keyseat_case import PASSWORD, PLAIN
from swtpm import PATIENCE
from tpm_case import PIN, TpmTest

POINTER = "/properties/typeProperties/connectionString"
CONNECTION_STRING = json.loads(PLAIN.read_text())["properties"]["typeProperties"]["connectionString"]


class PeerTpmTest(TpmTest):
    def make_node(self, mode="sealed", key_type="P-256", pin=False):
        self.key_file = self.folder / "configuration" / f"{mode}-{key_type}.tpm2"
        self.configure_tpm(mode=mode, pin=pin)
        self.create("--key-type", key_type, *(["--encrypted"] if pin else []))
        return jwk.JWK.from_json(self.keyseat("protector", "export-public", "node").stdout.decode())

    def pem(self):
        """As the README says: from the PEM block on."""
        path = self.work / "node.pem"
        with path.open("wb") as out:
            subprocess.run(["sed", "-n", "/-----BEGIN/,$p", self.key_file], stdout=out, check=True)
        return path

    def credential(self):
        definition = json.loads(self.encrypted().read_text())
        return json.loads(base64.b64decode(definition["properties"]["typeProperties"]["encryptedCredential"]))


class TpmTools(PeerTpmTest):
    def load(self):
        context = self.tpm.folder / "node.ctx"
        self.tpm.tool("tpm2_load", "-r", self.pem(), "-c", context)
        return context

    def opened_jwk(self, secret):
        facts = json.loads(self.key_file.read_text().split("-----BEGIN")[0])
        token = jwe.JWE()
        token.deserialize(facts["jwk"], jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(secret).rstrip(b"=").decode()))
        return jwk.JWK.from_json(token.payload.decode())

    def test_they_load_and_unseal_and_any_jose_library_opens_the_rest(self):
        public = self.make_node()
        private = self.opened_jwk(self.tpm.tool("tpm2_unseal", "-c", self.load()))
        self.assertEqual(private.thumbprint(), public.thumbprint())
        token = jwe.JWE()
        token.deserialize(json.dumps(self.credential()), private)
        self.assertIn(PASSWORD, token.payload)

    def test_they_unseal_with_the_pin_and_not_without(self):
        public = self.make_node(pin=True)
        context = self.load()
        self.assertEqual(self.opened_jwk(self.tpm.tool("tpm2_unseal", "-c", context, "-p", PIN)).thumbprint(),
                         public.thumbprint())
        with self.assertRaises(AssertionError):
            self.tpm.tool("tpm2_unseal", "-c", context)

    def test_they_load_a_resident_key_which_cannot_leave(self):
        self.make_node("resident")
        attributes = self.tpm.tool("tpm2_readpublic", "-c", self.load()).decode()
        self.assertIn("value: fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|decrypt\n", attributes)


class OpenSslProvider(PeerTpmTest):
    """tpm2-openssl: OpenSSL uses the key where it is."""

    def openssl(self, *arguments):
        environment = os.environ | {"TPM2OPENSSL_TCTI": self.tpm.tcti, "TSS2_LOG": "all+none"}
        done = subprocess.run(["openssl", *map(str, arguments), "-provider", "tpm2", "-provider", "default"],
                              env=environment, timeout=PATIENCE, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def test_it_loads_a_resident_ec_key_and_agrees_on_a_secret(self):
        public = self.make_node("resident")
        node = ec.EllipticCurvePublicNumbers(
            *(int.from_bytes(base64.urlsafe_b64decode(public.get(name) + "="), "big") for name in ("x", "y")),
            ec.SECP256R1()).public_key()
        ours = ec.generate_private_key(ec.SECP256R1())
        peer = self.work / "peer.pem"
        peer.write_bytes(ours.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        secret = self.openssl("pkeyutl", "-derive", "-inkey", self.pem(), "-peerkey", peer)
        self.assertEqual(secret, ours.exchange(ec.ECDH(), node))

    def test_it_shows_the_public_half(self):
        public = self.make_node("resident")
        exported = self.openssl("pkey", "-in", self.pem(), "-pubout").decode()
        self.assertEqual(jwk.JWK.from_pem(exported.encode()).thumbprint(), public.thumbprint())


class Jose(PeerTpmTest):
    def test_what_jwcrypto_makes_for_the_node_is_imported_there(self):
        for mode, key_type in (("sealed", "P-256"), ("sealed", "X25519"), ("resident", "P-256"), ("resident", "P-384"),
                               ("resident", "RSA-2048")):
            with self.subTest(mode=mode, key_type=key_type):
                public = self.make_node(mode, key_type)
                header = json.dumps({"alg": public.get("alg"), "kid": public.get("kid"), "enc": "A256GCM"})
                payload = json.dumps({"secrets": [{"pointer": POINTER, "value": CONNECTION_STRING}]})
                token = jwe.JWE(payload.encode(), protected=header, recipient=public).serialize(compact=True)
                definition = json.loads(PLAIN.read_text())
                definition["properties"]["typeProperties"]["connectionString"] = re.sub(
                    "Password=[^;]*;", "", CONNECTION_STRING)
                definition["properties"]["typeProperties"]["encryptedCredential"] = token
                (self.work / "foreign.json").write_text(json.dumps(definition))
                self.keyseat("import", "foreign.json", "-o", "imported.json", "--force")
                self.assertEqual(json.loads(self.decrypt("imported.json").stdout), json.loads(PLAIN.read_text()))


if __name__ == "__main__":
    unittest.main()
