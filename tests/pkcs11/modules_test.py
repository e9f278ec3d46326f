# SPDX-License-Identifier: Apache-2.0
"""Every type of key on every module, directly and through p11-kit's proxy."""

import re
import unittest

from token_case import SOFTHSM, TokenTest


class SoftHsm(TokenTest):
    def round_trip(self, key_type, alg):
        self.make_softhsm()
        self.configure_token()
        self.create(key_type)
        self.assertRoundTrip(alg)

    def test_an_aes_key_wraps_by_key_wrap(self):
        self.round_trip("oct", "A256KW")

    def test_a_p256_key_agrees(self):
        self.round_trip("P-256", "ECDH-ES+A256KW")

    def test_a_p384_key_agrees(self):
        self.round_trip("P-384", "ECDH-ES+A256KW")

    def test_an_rsa_key_uses_sha1_and_status_says_so(self):
        self.round_trip("RSA-3072", "RSA-OAEP")
        self.assertIn(b"no OAEP with SHA-256", self.keyseat("protector", "status").stdout)

    def test_an_aes_key_wraps_by_gcm_when_told_to(self):
        self.make_softhsm()
        self.configure_token(alg="A256GCMKW")
        self.create("oct")
        self.assertRoundTrip("A256GCMKW")

    def test_created_keys_are_sensitive_and_allowed_what_they_need(self):
        self.make_softhsm()
        for key_type, usage in (("oct", "wrap, unwrap"), ("P-256", "derive"), ("RSA-2048", "decrypt")):
            with self.subTest(key_type=key_type):
                self.configure_token(uri=f"pkcs11:token=test;object={key_type}")
                self.create(key_type)
                listed = self.pkcs11_tool("--list-objects")
                own = re.search(r"(?:Secret|Private) Key Object;[^\n]*\n(?:  [^\n]*\n)*?"
                                rf"  label: +{key_type}\n(?:  [^\n]*\n)*", listed)[0]
                self.assertRegex(own, rf"Usage: +{usage}\n")
                self.assertRegex(own, "Access: +sensitive, always sensitive, never extractable, local")

    def test_a_key_that_wants_the_pin_for_each_use_is_asked_for_it(self):
        self.make_softhsm()
        self.configure_token()
        self.pkcs11_tool("--keypairgen", "--key-type", "rsa:2048", "--label", "adf", "--id", "01",
                         "--usage-decrypt", "--always-auth")
        encrypted = self.encrypted()
        self.keyseat("decrypt", encrypted)
        status = self.keyseat("protector", "status", "hsm", "--json").json()
        self.assertEqual(status["protectors"][0]["health"], "ok")

    def test_an_existing_key_is_replaced_only_when_asked(self):
        self.make_softhsm()
        self.configure_token()
        self.create("oct")
        encrypted = self.encrypted()
        self.assertError(self.keyseat("protector", "create", "hsm", exit=6), "--replace")
        self.keyseat("protector", "create", "hsm", "--key-type", "P-256", "--replace", "--passphrase-fd", "0",
                     stdin=b"yes\n")
        self.keyseat("decrypt", encrypted, exit=9)
        self.assertRoundTrip("ECDH-ES+A256KW")


class Nss(TokenTest):
    def round_trip(self, key_type, expected, **options):
        self.configure_token(uri="pkcs11:token=NSS%20Certificate%20DB;object=adf", **self.make_nss(), **options)
        self.create(key_type)
        self.assertRoundTrip(expected)

    def test_an_aes_key_wraps_by_key_wrap(self):
        self.round_trip("oct", "A256KW")

    def test_an_aes_key_wraps_by_gcm_when_told_to(self):
        self.round_trip("oct", "A256GCMKW", alg="A256GCMKW")

    def test_a_p256_key_agrees(self):
        self.round_trip("P-256", "ECDH-ES+A256KW")

    def test_a_p384_key_agrees(self):
        self.round_trip("P-384", "ECDH-ES+A256KW")

    def test_an_rsa_key_uses_sha256(self):
        self.round_trip("RSA-3072", "RSA-OAEP-256")


class Proxy(TokenTest):
    """p11-kit's user configuration has SoftHSM and nothing of the system's."""

    def configure_p11_kit(self):
        folder = self.home / ".config" / "pkcs11"
        (folder / "modules").mkdir(parents=True)
        (folder / "pkcs11.conf").write_text("user-config: only\n")
        (folder / "modules" / "softhsm.module").write_text(f"module: {SOFTHSM}\n")

    def test_without_a_module_its_proxy_serves(self):
        self.configure_p11_kit()
        self.make_softhsm()
        self.configure_token(module=None)
        for key_type, alg in (("RSA-2048", "RSA-OAEP"), ("oct", "A256KW"), ("P-256", "ECDH-ES+A256KW")):
            with self.subTest(key_type=key_type):
                self.configure_token(module=None, uri=f"pkcs11:token=test;object={key_type}")
                self.create(key_type)
                self.assertRoundTrip(alg)

    def test_the_uri_may_name_the_module(self):
        self.make_softhsm()
        self.configure_token(module=None, uri=f"pkcs11:token=test;object=adf?module-path={SOFTHSM}")
        self.create("oct")
        self.assertRoundTrip("A256KW")


if __name__ == "__main__":
    unittest.main()
