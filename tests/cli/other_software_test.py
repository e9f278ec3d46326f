# SPDX-License-Identifier: Apache-2.0
"""Other people's JOSE software opens what Keyseat makes, and Keyseat imports what it makes."""

import base64
import json
import shutil
import subprocess
import unittest

from jwcrypto import jwe, jwk

from keyseat_case import PASSWORD, PLAIN, KeyseatTest

POINTER = "/properties/typeProperties/connectionString"
CONNECTION_STRING = json.loads(PLAIN.read_text())["properties"]["typeProperties"]["connectionString"]


class OtherSoftware(KeyseatTest):
    def make_key(self, kind):
        shutil.rmtree(self.folder / "configuration", ignore_errors=True)
        folder = self.configure(key=None)
        self.keyseat("protector", "create", "dev", "--key-type", kind)
        return folder / "dev.jwk"

    def credential(self):
        definition = json.loads(self.encrypted().read_text())
        return base64.b64decode(definition["properties"]["typeProperties"]["encryptedCredential"])

    def definition_with(self, token):
        """The example without its password, beside a JWE that somebody else has made."""
        text = PLAIN.read_text().replace("Password=" + PASSWORD.decode() + ";", "")
        definition = json.loads(text)
        definition["properties"]["typeProperties"]["encryptedCredential"] = token
        path = self.work / "foreign.json"
        path.write_text(json.dumps(definition))
        return path

    def payload(self):
        return json.dumps({"secrets": [{"pointer": POINTER, "value": CONNECTION_STRING}]}).encode()

    def assertImports(self, token):
        foreign = self.definition_with(token)
        imported = self.keyseat("import", foreign, "-o", "imported.json", "--force")
        self.assertIn("sql01.example.com", imported.stderr)
        decrypted = json.loads(self.keyseat("decrypt", "imported.json").stdout)
        self.assertEqual(decrypted, json.loads(PLAIN.read_text()))

    def test_jwcrypto_opens_a_credential(self):
        for kind in ("oct", "P-256", "P-384", "X25519", "RSA-2048"):
            with self.subTest(kind=kind):
                key = jwk.JWK.from_json(self.make_key(kind).read_text())
                token = jwe.JWE()
                token.deserialize(self.credential().decode(), key)
                self.assertIn(PASSWORD, token.payload)

    def test_the_jose_command_opens_a_credential(self):
        for kind in ("oct", "P-256", "P-384"):
            with self.subTest(kind=kind):
                key = self.make_key(kind)
                opened = subprocess.run(["jose", "jwe", "dec", "-i", "-", "-k", key],
                                        input=self.credential(), stdout=subprocess.PIPE, check=True)
                self.assertIn(PASSWORD, opened.stdout)

    def test_what_jwcrypto_makes_for_an_exported_key_is_imported(self):
        for kind in ("P-256", "X25519", "RSA-2048"):
            with self.subTest(kind=kind):
                self.make_key(kind)
                key = jwk.JWK.from_json(self.keyseat("protector", "export-public", "dev").text)
                header = json.dumps({"alg": key.get("alg"), "kid": key.get("kid"), "enc": "A256GCM"})
                token = jwe.JWE(self.payload(), protected=header, recipient=key)
                self.assertImports(token.serialize(compact=True))

    def test_what_the_jose_command_makes_for_an_exported_key_is_imported(self):
        for kind in ("P-256", "P-384"):
            with self.subTest(kind=kind):
                self.make_key(kind)
                self.keyseat("protector", "export-public", "dev", "-o", "node.jwk", "--force")
                made = subprocess.run(
                    ["jose", "jwe", "enc", "-i", '{"protected":{"enc":"A256GCM"}}', "-I", "-",
                     "-k", self.work / "node.jwk", "-c"],
                    input=self.payload(), stdout=subprocess.PIPE, check=True)
                self.assertImports(made.stdout.decode().strip())

    def test_only_import_opens_what_others_made(self):
        self.make_key("P-256")
        key = jwk.JWK.from_json(self.keyseat("protector", "export-public", "dev").text)
        header = json.dumps({"alg": key.get("alg"), "kid": key.get("kid"), "enc": "A256GCM"})
        token = jwe.JWE(self.payload(), protected=header, recipient=key).serialize(compact=True)
        foreign = self.definition_with(token)
        self.assertError(self.keyseat("decrypt", foreign, exit=8), "foreign.json")

    def test_import_does_not_change_the_destination(self):
        self.make_key("P-256")
        key = jwk.JWK.from_json(self.keyseat("protector", "export-public", "dev").text)
        header = json.dumps({"alg": key.get("alg"), "kid": key.get("kid"), "enc": "A256GCM"})
        payload = self.payload().replace(b"sql01", b"evil1")
        token = jwe.JWE(payload, protected=header, recipient=key).serialize(compact=True)
        self.keyseat("import", self.definition_with(token), "-o", "imported.json", exit=8)
        self.assertFalse((self.work / "imported.json").exists())


if __name__ == "__main__":
    unittest.main()
