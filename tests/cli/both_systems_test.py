# SPDX-License-Identifier: Apache-2.0
"""keyseat.exe and the program that is built for this machine, one after the other."""

import json
import os
import subprocess
import unittest

from keyseat_case import PLAIN, KeyseatTest

NATIVE = os.environ["KEYSEAT_NATIVE_PROGRAM"]


class BothSystems(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.native_config = self.folder / "native.json"
        self.native_config.write_text(
            json.dumps({"protectors": {"recovery": {"plugin": "keyfile", "config": {"key": "recovery.private.jwk"}}}}))
        self.native("protector", "create", "recovery")
        self.native("protector", "export-public", "recovery", "-o", self.folder / "recovery.jwk")

    def native(self, *arguments):
        completed = subprocess.run([NATIVE, "--config", self.native_config, *arguments], capture_output=True,
                                   timeout=60, check=False)
        self.assertEqual(completed.returncode, 0, completed.stderr.decode())
        return completed.stdout

    def configure_node(self, plugin, **options):
        folder = self.configure(json.dumps({"protectors": {"node": {"plugin": plugin, "config": options},
                                                           "recovery": {"public-key": "../recovery.jwk"}}}), key=None)
        for key in folder.glob("node.*"):
            key.unlink()
        if options:
            self.keyseat("protector", "create", "node")

    def test_linux_opens_by_recovery_what_windows_encrypted_for_both(self):
        for options in ({}, {"key": "node.dpapi"}):
            with self.subTest(options=options):
                self.configure_node("dpapi", **options)
                encrypted = self.work / "encrypted.json"
                encrypted.write_bytes(self.keyseat("encrypt", "-p", "node", "-p", "recovery", PLAIN).stdout)
                self.assertEqual(self.native("decrypt", encrypted), PLAIN.read_bytes())
                self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())

    def test_windows_opens_what_linux_encrypted_for_its_exported_key(self):
        for plugin in ("keyfile", "dpapi"):
            with self.subTest(plugin=plugin):
                self.configure_node(plugin, key="node.key")
                exported = self.work / "node.jwk"
                exported.write_bytes(self.keyseat("protector", "export-public", "node").stdout)
                encrypted = self.work / "encrypted.json"
                encrypted.write_bytes(self.native("encrypt", PLAIN, "-r", exported, "-p", "recovery"))
                self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())


if __name__ == "__main__":
    unittest.main()
