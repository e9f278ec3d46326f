# SPDX-License-Identifier: Apache-2.0
"""What the tests of the tpm2 plugin have in common: a TPM of their own, and the program configured to use it."""

import json
import subprocess

from keyseat_case import PLAIN, KeyseatTest
from swtpm import PATIENCE, Swtpm

PIN = "correct horse battery"
WRONG_PIN = "wrong staple"


class TpmTest(KeyseatTest):
    """A test with a TPM of its own, switched on, and files with the PIN and an approval key."""

    def setUp(self):
        super().setUp()
        self.environment["TSS2_LOG"] = "all+none"
        self.tpm = self.make_tpm("tpm")
        self.key_file = self.folder / "configuration" / "node.tpm2"
        self.pin_file = self.folder / "pin"
        self.write_pin(PIN)

    def make_tpm(self, name):
        tpm = Swtpm(self.folder / name)
        tpm.start()
        self.addCleanup(tpm.kill)
        return tpm

    def write_pin(self, pin):
        self.pin_file.write_text(pin)
        self.pin_file.chmod(0o600)

    def make_approval_key(self, name="approval.pem"):
        path = self.folder / name
        subprocess.run(["openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", path], check=True,
                       timeout=PATIENCE)
        return path

    def configure_tpm(self, pin=False, others=None, **options):
        """One protector, node; `others` are more of them. Options that are None are left out."""
        options = {"key": self.key_file, "tcti": self.tpm.tcti, **options}
        settings = {name.replace("_", "-"): str(value) for name, value in options.items() if value is not None}
        if pin:
            settings["pin-source"] = str(self.pin_file)
        protectors = {"node": {"plugin": "tpm2", "config": settings}, **(others or {})}
        self.configure(json.dumps({"protectors": protectors, "rules": [{"protect": list(protectors)}]}), key=None)

    def create(self, *options, **how):
        return self.keyseat("protector", "create", "node", *options, **how)

    def decrypt(self, path="encrypted.json", **how):
        return self.keyseat("decrypt", self.work / path, **how)

    def status(self, exit=0):
        """What status says of the node, for tools."""
        return self.keyseat("protector", "status", "node", "--json", exit=exit).json()["protectors"][0]

    def assertDecrypts(self, path="encrypted.json"):
        self.assertEqual(self.decrypt(path).stdout, PLAIN.read_bytes())

    def assertNothingLeft(self, tpm=None):
        """Every handle has been given back."""
        self.assertEqual((tpm or self.tpm).handles(), [])
