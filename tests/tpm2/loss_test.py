# SPDX-License-Identifier: Apache-2.0
"""A TPM that is not there, is another one, or has forgotten: what the program says, and the way out."""

import json
import pathlib
import subprocess
import unittest

from keyseat_case import PLAIN
from swtpm import wait_until
from tpm_case import TpmTest

DEVICE = pathlib.Path("/dev/tpmrm0")


class NoTpm(TpmTest):
    def test_one_that_is_named_and_not_there(self):
        self.configure_tpm(tcti=f"swtpm:path={self.folder}/nothing")
        self.assertError(self.create(exit=6), "there is no TPM at", "tss")
        self.configure_tpm(tcti="device:/dev/no-such-tpm")
        self.assertError(self.create(exit=6), "there is no TPM at 'device:/dev/no-such-tpm'")

    def test_a_tcti_that_does_not_exist(self):
        self.configure_tpm(tcti="nonsense:x")
        self.assertError(self.create(exit=6), "there is no TPM at 'nonsense:x'")

    def test_a_tcti_module_by_a_relative_path_is_refused(self):
        self.configure_tpm(tcti="../libtss2-tcti-mine.so:x")
        self.assertError(self.create(exit=3), "absolute path", "'tcti'")

    def test_a_machine_without_any(self):
        """Status only: a machine of a developer may have one."""
        self.environment["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={self.folder}/no-bus"
        self.configure_tpm(tcti=None)
        status = self.status(exit=6)
        self.assertEqual(status["health"], "key-missing")
        if not DEVICE.exists():
            for part in ("this machine has no TPM", str(DEVICE), "tpm2-abrmd", "'tcti'"):
                self.assertIn(part, status["message"])

    def test_encrypting_takes_no_tpm(self):
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
                self.configure_tpm(mode=mode)
                self.create()
                self.tpm.kill()
                self.encrypted()
                self.assertError(self.decrypt(exit=6), "there is no TPM")
                self.tpm.start()
                self.assertDecrypts()


class AnotherTpm(TpmTest):
    """A recovery recipient whose private half lies elsewhere."""

    def setUp(self):
        super().setUp()
        self.recovery = self.folder / "recovery"
        self.recovery.mkdir()
        (self.recovery / "keyseat.json").write_text(json.dumps(
            {"protectors": {"recovery": {"plugin": "keyfile", "config": {"key": "recovery.jwk"}}},
             "rules": [{"protect": ["recovery"]}]}))
        self.config = self.recovery / "keyseat.json"
        self.keyseat("protector", "create", "recovery")
        public = self.keyseat("protector", "export-public", "recovery").stdout
        (self.folder / "recovery-public.jwk").write_bytes(public)

    def make_node(self, mode, pin=False):
        self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
        self.configure_tpm(mode=mode, pin=pin,
                           others={"recovery": {"public-key": str(self.folder / "recovery-public.jwk")}})
        self.create(*(["--encrypted"] if pin else []))
        self.encrypted()
        self.assertDecrypts()

    def assertRecovers(self):
        """The way out that the message names."""
        node, self.config = self.config, self.recovery / "keyseat.json"
        recovered = self.decrypt().stdout
        self.assertEqual(recovered, PLAIN.read_bytes())
        self.config = node
        self.create("--replace", "--passphrase-fd", "0", stdin=b"yes\n")
        self.encrypted()
        self.assertDecrypts()

    def test_a_tpm_that_was_cleared(self):
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.make_node(mode)
                self.tpm.tool("tpm2_clear", "-c", "p")
                self.assertError(self.decrypt(exit=9), "cleared", "recovery recipient", "--replace")
                self.assertIn("cleared", self.status(exit=6)["message"])
                self.assertRecovers()

    def test_a_tpm_that_was_exchanged(self):
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.make_node(mode)
                self.tpm.kill()
                self.tpm = self.make_tpm(f"new-{mode}")
                self.configure_tpm(mode=mode, others={
                    "recovery": {"public-key": str(self.folder / "recovery-public.jwk")}})
                self.assertError(self.decrypt(exit=9), "exchanged", "recovery recipient", "--replace")
                self.assertFalse(self.status(exit=6)["details"]["same_tpm"])
                self.assertRecovers()

    def test_nobody_is_asked_for_a_pin_that_is_of_no_use(self):
        self.make_node("sealed", pin=True)
        self.tpm.tool("tpm2_clear", "-c", "p")
        self.pin_file.unlink()  # asking would end otherwise
        self.decrypt(exit=9)

    def test_a_key_file_that_moved_to_another_machine_opens_nothing(self):
        self.make_node("resident")
        stolen = self.key_file.read_bytes()
        self.tpm.kill()
        self.tpm = self.make_tpm("thief")
        self.configure_tpm(mode="resident")
        self.key_file.write_bytes(stolen)
        self.assertError(self.decrypt(exit=9), "not the TPM that the key was made in")


class Lonely(TpmTest):
    def test_encrypting_for_the_tpm_alone_warns_and_names_the_remedy(self):
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
                self.configure_tpm(mode=mode)
                self.create()
                self.assertError(self.keyseat("encrypt", PLAIN), "'node' is the only recipient", "recovery recipient",
                                 "public-key")
                self.tpm.kill()
                self.assertError(self.keyseat("encrypt", PLAIN), "'node' is the only recipient")
                self.tpm.start()


class OffTheNode(TpmTest):
    """Another machine knows the node's public key and nothing else."""

    def elsewhere(self, *arguments):
        config, self.config = self.config, None
        result = self.keyseat(*arguments)
        self.config = config
        return result

    def test_what_others_encrypt_opens_on_the_node(self):
        for mode, key_type in (("sealed", "P-256"), ("sealed", "RSA-2048"), ("resident", "P-256"),
                               ("resident", "P-384"), ("resident", "RSA-2048")):
            with self.subTest(mode=mode, key_type=key_type):
                self.key_file = self.folder / "configuration" / f"{mode}-{key_type}.tpm2"
                self.configure_tpm(mode=mode)
                self.create("--key-type", key_type)
                self.keyseat("protector", "export-public", "node", "-o", "node.jwk", "--force")
                self.tpm.kill()
                self.elsewhere("encrypt", PLAIN, "-r", "node.jwk", "-o", "encrypted.json", "--force")
                self.tpm.start()
                self.assertDecrypts()


class Device(TpmTest):
    def test_a_tpm_behind_a_character_device(self):
        device = self.folder / "tpm-device"
        bridge = subprocess.Popen(["socat", f"PTY,raw,echo=0,link={device}", f"UNIX-CONNECT:{self.tpm.socket}"])
        self.addCleanup(bridge.wait)
        self.addCleanup(bridge.terminate)
        wait_until(device.exists, "socat makes the device")
        self.configure_tpm(tcti=f"device:{device}")
        self.create()
        self.encrypted()
        self.assertDecrypts()


if __name__ == "__main__":
    unittest.main()
