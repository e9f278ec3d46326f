# SPDX-License-Identifier: Apache-2.0
"""Somebody on the way to the TPM: who listens, who puts another chip there, who makes it pass for the right one."""

import base64
import json
import re
import unittest

from cryptography.hazmat.primitives.asymmetric import ec
from jwcrypto import jwe, jwk

import tpm_proxy
from keyseat_case import PLAIN
from tpm_case import PIN, TpmTest
from tpm_proxy import CREATE_PRIMARY, FLUSH_CONTEXT, READ_PUBLIC, START_AUTH_SESSION, TpmProxy

POINTER = "/properties/typeProperties/connectionString"
RH_NULL = b"\x40\x00\x00\x07"
CONNECTION_STRING = json.loads(PLAIN.read_text())["properties"]["typeProperties"]["connectionString"]


class BusTpmTest(TpmTest):
    def setUp(self):
        super().setUp()
        self.bus = TpmProxy(self.folder, self.tpm)
        self.addCleanup(self.bus.close)

    def parts_of_key_file(self):
        text = self.key_file.read_text()
        start = text.index("-----BEGIN")
        return json.loads(text[:start]), text[start:]

    def make_persistent_root(self, tpm):
        context = tpm.folder / "root.ctx"
        tpm.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", context)
        tpm.tool("tpm2_flushcontext", "-t")
        tpm.tool("tpm2_evictcontrol", "-C", "o", "-c", context, "0x81000001")


class Listener(BusTpmTest):
    """Hears creation and use of a key."""

    def assertNotHeard(self, **secrets):
        heard = self.bus.traffic()
        for name, secret in secrets.items():
            for form in (secret, secret[::-1], secret.hex().encode(), base64.b64encode(secret)):
                self.assertNotIn(form, heard, name)

    def assertHeard(self, known):
        """What is public does cross, and would be found."""
        self.assertIn(known, self.bus.traffic())
        self.assertSalted()

    def assertSalted(self):
        """Each session has a key that who listens cannot derive: TPM2_StartAuthSession (TPM 2.0 Library Part 3 section 11.1)
        names a key, to which a salt is encrypted."""
        sessions = [command for command, _ in self.bus.exchanges if tpm_proxy.code_of(command) == START_AUTH_SESSION]
        self.assertTrue(sessions)
        for command in sessions:
            self.assertNotEqual(command[10:14], RH_NULL)
            salt = 18 + 2 + int.from_bytes(command[18:20], "big")
            self.assertGreater(int.from_bytes(command[salt:salt + 2], "big"), 64)

    def import_chosen(self):
        """A credential whose CEK this test knows, opened by the node."""
        public = jwk.JWK.from_json(self.keyseat("protector", "export-public", "node").stdout.decode())
        header = json.dumps({"alg": public.get("alg"), "kid": public.get("kid"), "enc": "A256GCM"})
        payload = json.dumps({"secrets": [{"pointer": POINTER, "value": CONNECTION_STRING}]})
        token = jwe.JWE(payload.encode(), protected=header, recipient=public)
        definition = json.loads(PLAIN.read_text())
        definition["properties"]["typeProperties"]["connectionString"] = re.sub(
            "Password=[^;]*;", "", CONNECTION_STRING)
        definition["properties"]["typeProperties"]["encryptedCredential"] = token.serialize(compact=True)
        (self.work / "foreign.json").write_text(json.dumps(definition))
        self.keyseat("import", "foreign.json", "-o", "encrypted.json", "--force")
        self.assertEqual(json.loads(self.decrypt().stdout), json.loads(PLAIN.read_text()))
        return token

    def test_a_sealed_key_and_its_pin_are_not_heard(self):
        self.configure_tpm(tcti=self.bus.tcti, pin=True)
        self.create("--encrypted")
        token = self.import_chosen()
        facts, pem = self.parts_of_key_file()
        (self.work / "node.pem").write_text(pem)
        context = self.tpm.folder / "key.ctx"
        self.tpm.tool("tpm2_load", "-r", self.work / "node.pem", "-c", context)
        secret = self.tpm.tool("tpm2_unseal", "-c", context, "-p", PIN)
        opened = jwe.JWE()
        opened.deserialize(facts["jwk"], jwk.JWK(kty="oct", k=base64.urlsafe_b64encode(secret).rstrip(b"=").decode()))
        private = json.loads(opened.payload)
        scalar = base64.urlsafe_b64decode(private["d"] + "=")
        self.assertHeard(bytes.fromhex(facts["root_name"]))
        self.assertNotHeard(sealed=secret, private=scalar, text=opened.payload, cek=token.cek, pin=PIN.encode())

    def test_what_a_resident_ec_key_agrees_on_and_its_pin_are_not_heard(self):
        self.configure_tpm(tcti=self.bus.tcti, pin=True, mode="resident")
        self.create("--encrypted")
        token = self.import_chosen()
        epk = token.jose_header["epk"]
        x, y = (base64.urlsafe_b64decode(epk[name] + "=") for name in ("x", "y"))
        point = self.work / "point"
        point.write_bytes(b"\x00\x44\x00\x20" + x + b"\x00\x20" + y)
        (self.work / "node.pem").write_text(self.parts_of_key_file()[1])
        context = self.tpm.folder / "key.ctx"
        self.tpm.tool("tpm2_load", "-r", self.work / "node.pem", "-c", context)
        self.tpm.tool("tpm2_ecdhzgen", "-u", point, "-o", self.work / "shared", "-c", context, "-p", PIN)
        agreed = (self.work / "shared").read_bytes()[-68:]  # two numbers of 32 bytes, each with its size
        shared = agreed[2:34]
        ec.EllipticCurvePublicNumbers(int.from_bytes(shared, "big"), int.from_bytes(agreed[36:], "big"),
                                      ec.SECP256R1()).public_key()  # a point, or it throws
        self.assertHeard(bytes.fromhex(self.parts_of_key_file()[0]["root_name"]))
        self.assertNotHeard(shared=shared, cek=token.cek, pin=PIN.encode())

    def test_what_a_resident_rsa_key_decrypts_is_not_heard(self):
        self.configure_tpm(tcti=self.bus.tcti, mode="resident")
        self.create("--key-type", "RSA-2048")
        token = self.import_chosen()
        self.assertHeard(bytes.fromhex(self.parts_of_key_file()[0]["root_name"]))
        self.assertNotHeard(cek=token.cek)


class Substitute(BusTpmTest):
    """Another chip in the place of the right one."""

    def make_node(self, mode="sealed", **options):
        self.key_file = self.folder / "configuration" / f"{mode}-{options.get('parent')}.tpm2"
        self.configure_tpm(tcti=self.bus.tcti, mode=mode, pin=True, **options)
        self.create("--encrypted")
        self.encrypted()
        self.assertDecrypts()

    def substitute(self, name="substitute"):
        self.bus.tpm = self.make_tpm(name)
        self.bus.begin()

    def assertLearnsNothing(self):
        """It is asked for its storage root, and for nothing else."""
        self.assertLessEqual(set(self.bus.codes()), {CREATE_PRIMARY, READ_PUBLIC, FLUSH_CONTEXT})
        self.assertIn(self.bus.codes()[0], (CREATE_PRIMARY, READ_PUBLIC))
        self.assertNotIn(PIN.encode(), self.bus.traffic())

    def test_another_chip_is_asked_for_its_name_and_for_nothing_else(self):
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.bus.tpm = self.tpm
                self.make_node(mode)
                self.substitute("instead-of-" + mode)
                self.assertError(self.decrypt(exit=9), "another one answers in its place")
                self.assertLearnsNothing()
                self.assertNothingLeft(self.bus.tpm)

    def test_another_tcti_in_the_configuration_is_the_same(self):
        self.make_node()
        self.substitute()
        self.configure_tpm(tcti=self.bus.tpm.tcti, pin=True)
        self.assertError(self.decrypt(exit=9), "another one answers in its place")

    def test_a_chip_that_gives_the_right_name_to_its_own_key_learns_nothing(self):
        """It knows the name, which is public. A name is a hash of the key: it is computed, and not believed."""
        for parent in ("owner", "0x81000001"):
            with self.subTest(parent=parent):
                self.bus.tpm = self.tpm
                self.bus.begin()
                if parent != "owner":
                    self.make_persistent_root(self.tpm)
                self.make_node(parent=parent)
                self.assertDecrypts()
                name = bytes.fromhex(self.parts_of_key_file()[0]["root_name"])
                self.bus.tpm = self.make_tpm("liar-" + parent)
                if parent != "owner":
                    self.make_persistent_root(self.bus.tpm)
                self.bus.begin()
                self.bus.rewrite = lambda command, response, name=name: self.rename(command, response, name)
                self.decrypt(exit=6 if parent == "owner" else 9)
                self.assertIn(name, self.bus.traffic())
                self.assertLearnsNothing()

    @staticmethod
    def rename(command, response, name):
        """Its storage root under another name, which is the first one in the response of TPM2_ReadPublic and the last one
        in that of TPM2_CreatePrimary. Names begin with their size and the algorithm, SHA-256."""
        start = len(name).to_bytes(2, "big") + b"\x00\x0b"
        if tpm_proxy.code_of(command) == READ_PUBLIC:
            at = response.index(start) + 2
        elif tpm_proxy.code_of(command) == CREATE_PRIMARY:
            at = response.rindex(start) + 2
        else:
            return response
        return response[:at] + name + response[at + len(name):]

    def test_a_chip_that_gives_out_the_right_key_as_its_own_learns_nothing(self):
        """It knows the public key, too. Sessions are salted to that, so that it cannot answer in them."""
        self.make_node()
        recorded = next(response for command, response in self.bus.exchanges
                        if tpm_proxy.code_of(command) == CREATE_PRIMARY)
        self.substitute()
        handles = []

        def replay(command, response):
            if tpm_proxy.code_of(command) != CREATE_PRIMARY:
                return response
            handles.append(response[10:14])
            return recorded[:10] + response[10:14] + recorded[14:]

        self.bus.rewrite = replay
        self.assertError(self.decrypt(exit=3), "the key file is not one of this TPM")
        self.assertTrue(handles)
        self.assertNotIn(PIN.encode(), self.bus.traffic())
        self.assertNotIn(tpm_proxy.UNSEAL, self.bus.codes())
        self.assertNothingLeft(self.bus.tpm)


class Forger(BusTpmTest):
    def test_an_altered_answer_is_none(self):
        """One bit of what the TPM unseals, encrypted as it is."""
        self.configure_tpm(tcti=self.bus.tcti)
        self.create()
        self.encrypted()
        self.bus.begin()

        def alter(command, response):
            if tpm_proxy.code_of(command) != tpm_proxy.UNSEAL:
                return response
            return response[:20] + bytes([response[20] ^ 1]) + response[21:]

        self.bus.rewrite = alter
        self.assertError(self.decrypt(exit=6), "the answer to TPM2_Unseal does not come from the TPM")
        self.assertNothingLeft()


if __name__ == "__main__":
    unittest.main()
