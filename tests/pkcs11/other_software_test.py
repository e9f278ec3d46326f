# SPDX-License-Identifier: Apache-2.0
"""python3-jwcrypto opens what a token wraps, where the key is known outside, and the token opens what it makes."""

import base64
import json
import os
import unittest

from jwcrypto import jwe, jwk

from keyseat_case import PASSWORD, PLAIN
from token_case import PIN, TokenTest

POINTER = "/properties/typeProperties/connectionString"
CONNECTION_STRING = json.loads(PLAIN.read_text())["properties"]["typeProperties"]["connectionString"]


class OtherSoftware(TokenTest):
    def setUp(self):
        super().setUp()
        self.make_softhsm()
        self.configure_token()

    def assertOpens(self, key):
        definition = json.loads(self.encrypted().read_text())
        credential = base64.b64decode(definition["properties"]["typeProperties"]["encryptedCredential"])
        token = jwe.JWE()
        token.deserialize(credential.decode(), key)
        self.assertIn(PASSWORD, token.payload)

    def test_jwcrypto_opens_the_credential_of_an_aes_key_by_either_algorithm(self):
        value = os.urandom(32)
        (self.work / "key").write_bytes(value)
        # Not softhsm2-util --import --aes: it reads the file as a line of text, and cuts the key at a NUL or a newline.
        self.pkcs11_tool("--write-object", self.work / "key", "--type", "secrkey", "--key-type", "AES:32", "--label",
                         "adf", "--id", "01", "--usage-decrypt", "--sensitive", "--extractable")
        key = jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(value).rstrip(b"=").decode())
        for alg in ("A256KW", "A256GCMKW"):
            with self.subTest(alg=alg):
                self.configure_token(alg=alg)
                self.assertOpens(key)

    def test_jwcrypto_opens_the_credential_of_an_rsa_key(self):
        key = jwk.JWK.generate(kty="RSA", size=2048)
        (self.work / "key").write_bytes(key.export_to_pem(private_key=True, password=None))
        self.run_tool("softhsm2-util", "--import", self.work / "key", "--token", "test", "--label", "adf", "--id", "01",
                      "--pin", PIN)
        self.assertOpens(key)

    def test_what_jwcrypto_makes_for_an_exported_key_is_imported(self):
        for kind in ("P-256", "P-384", "RSA-2048"):
            with self.subTest(kind=kind):
                self.configure_token(uri=f"pkcs11:token=test;object={kind}")
                self.create(kind)
                key = jwk.JWK.from_json(self.keyseat("protector", "export-public", "hsm").stdout.decode())
                header = json.dumps({"alg": key.get("alg"), "kid": key.get("kid"), "enc": "A256GCM"})
                payload = json.dumps({"secrets": [{"pointer": POINTER, "value": CONNECTION_STRING}]})
                token = jwe.JWE(payload.encode(), protected=header, recipient=key).serialize(compact=True)
                definition = json.loads(PLAIN.read_text().replace("Password=" + PASSWORD.decode() + ";", ""))
                definition["properties"]["typeProperties"]["encryptedCredential"] = token
                (self.work / "foreign.json").write_text(json.dumps(definition))
                self.keyseat("import", "foreign.json", "-o", "imported.json", "--force")
                decrypted = json.loads(self.keyseat("decrypt", "imported.json").stdout)
                self.assertEqual(decrypted, json.loads(PLAIN.read_text()))


if __name__ == "__main__":
    unittest.main()
