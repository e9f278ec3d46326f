# SPDX-License-Identifier: Apache-2.0
"""Every mode and policy, through the program: in one process after the other, and after the machine was off."""

import unittest

from tpm_case import TpmTest

MODES = ("sealed", "resident")
PCRS = "sha256:7,11"


class Policies(TpmTest):
    """Each with both modes."""

    def boot(self):
        """What measures itself on the way up."""
        self.tpm.extend(7)
        self.tpm.extend(11)

    def round_trip(self, with_pin=False, **options):
        self.boot()
        for mode in MODES:
            with self.subTest(mode=mode):
                self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
                self.configure_tpm(mode=mode, pin=with_pin, **options)
                self.create(*(["--encrypted"] if with_pin else []))
                self.encrypted()
                self.assertDecrypts()
                self.keyseat("protector", "test", "node")
                self.assertNothingLeft()
                self.tpm.power_cycle()
                self.boot()
                self.assertDecrypts()
                self.tpm.restart()  # the power went without a word
                self.boot()
                self.assertDecrypts()
                self.assertEqual(self.status()["health"], "ok")
                self.assertNothingLeft()

    def test_no_policy(self):
        self.round_trip()

    def test_a_pin(self):
        self.round_trip(with_pin=True)

    def test_pcrs(self):
        self.round_trip(pcrs=PCRS)

    def test_a_pin_and_pcrs(self):
        self.round_trip(with_pin=True, pcrs=PCRS)

    def test_approved_pcrs(self):
        self.round_trip(pcrs=PCRS, approval_key=self.make_approval_key())

    def test_a_pin_and_approved_pcrs(self):
        self.round_trip(with_pin=True, pcrs=PCRS, approval_key=self.make_approval_key())

    def test_another_bank(self):
        self.round_trip(pcrs="sha384:7")


class KeyTypes(TpmTest):
    def round_trip(self, mode, key_type, alg):
        self.configure_tpm(mode=mode)
        self.create("--key-type", key_type)
        encrypted = self.encrypted()
        self.assertDecrypts()
        self.keyseat("verify", encrypted)
        self.assertIn(alg, self.keyseat("inspect", encrypted).stdout.decode().split())
        self.tpm.power_cycle()
        self.assertDecrypts()
        self.assertNothingLeft()

    def test_a_sealed_p384_key(self):
        self.round_trip("sealed", "P-384", "ECDH-ES+A256KW")

    def test_a_sealed_x25519_key(self):
        self.round_trip("sealed", "X25519", "ECDH-ES+A256KW")

    def test_a_sealed_rsa_key(self):
        self.round_trip("sealed", "RSA-2048", "RSA-OAEP-256")

    def test_a_sealed_symmetric_key(self):
        self.round_trip("sealed", "oct", "A256KW")

    def test_a_resident_p384_key(self):
        self.round_trip("resident", "P-384", "ECDH-ES+A256KW")

    def test_a_resident_rsa2048_key(self):
        self.round_trip("resident", "RSA-2048", "RSA-OAEP-256")

    def test_a_resident_rsa3072_key(self):
        self.round_trip("resident", "RSA-3072", "RSA-OAEP-256")

    def test_a_type_that_no_tpm_keeps_is_refused_with_those_that_it_does(self):
        self.configure_tpm(mode="resident")
        self.assertError(self.create("--key-type", "X25519", exit=5), "P-384", "mode 'sealed'")


class StorageRoots(TpmTest):
    def test_a_persistent_storage_root_serves(self):
        context = self.tpm.folder / "root.ctx"
        self.tpm.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", context)
        self.tpm.tool("tpm2_flushcontext", "-t")
        self.tpm.tool("tpm2_evictcontrol", "-C", "o", "-c", context, "0x81000001")
        for mode in MODES:
            with self.subTest(mode=mode):
                self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
                self.configure_tpm(mode=mode, parent="0x81000001")
                self.create()
                self.encrypted()
                self.tpm.power_cycle()
                self.assertDecrypts()
        self.assertNothingLeft()

    def test_a_persistent_storage_root_that_is_not_there_is_named(self):
        self.configure_tpm(parent="0x81000001")
        self.assertError(self.create(exit=6), "0x81000001", "tpm2_getcap handles-persistent")

    def test_an_owner_with_a_password_is_told_of_the_way_around(self):
        self.tpm.tool("tpm2_changeauth", "-c", "owner", "secret-of-the-owner")
        self.configure_tpm()
        self.assertError(self.create(exit=6), "owner hierarchy", "parent")

    def test_the_way_around_a_password_of_the_owner_is_one(self):
        context = self.tpm.folder / "root.ctx"
        self.tpm.tool("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", context)
        self.tpm.tool("tpm2_flushcontext", "-t")
        self.tpm.tool("tpm2_evictcontrol", "-C", "o", "-c", context, "0x81000001")
        self.tpm.tool("tpm2_changeauth", "-c", "owner", "secret-of-the-owner")
        self.configure_tpm(parent="0x81000001")
        self.create()
        self.encrypted()
        self.assertDecrypts()


if __name__ == "__main__":
    unittest.main()
