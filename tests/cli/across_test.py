# SPDX-License-Identifier: Apache-2.0
"""Definitions that went from one system to the other. They lie in tests/vectors/across, and open on both."""

import shutil
import unittest

from keyseat_case import PLAIN, SOURCE, KeyseatTest, linux_only

VECTORS = SOURCE / "tests" / "vectors" / "across"
FROM_WINDOWS = ("from-windows-direct.json", "from-windows-key.json")


class Across(KeyseatTest):
    def have_key(self, name):
        """A protector whose key file is the one of this name."""
        folder = self.configure('{ "protectors": { "it": { "plugin": "keyfile", "config": { "key": "%s" } } } }' % name,
                                key=None)
        shutil.copyfile(VECTORS / name, folder / name)
        (folder / name).chmod(0o600)

    def test_what_windows_encrypted_for_dpapi_and_recovery_opens_by_the_recovery_key(self):
        self.have_key("recovery.jwk")
        for name in FROM_WINDOWS:
            with self.subTest(name=name):
                self.assertEqual(self.keyseat("decrypt", VECTORS / name).stdout, PLAIN.read_bytes())

    def test_what_linux_encrypted_for_the_exported_key_of_a_windows_node_opens_there(self):
        self.have_key("windows-node.jwk")
        self.assertEqual(self.keyseat("decrypt", VECTORS / "from-linux.json").stdout, PLAIN.read_bytes())

    def test_inspect_names_the_master_key_on_every_system(self):
        self.configure('{ "protectors": { "win": { "plugin": "dpapi" } } }', key=None)
        text = self.keyseat("inspect", VECTORS / "from-windows-direct.json").text
        self.assertRegex(text, r"needs the Windows account that has the DPAPI master key [0-9a-f-]{36}")

    @linux_only("there DPAPI works")
    def test_without_the_recovery_key_it_is_said_who_could_open_it(self):
        folder = self.configure("""{ "protectors": { "win": { "plugin": "dpapi" },
            "recovery": { "public-key": "recovery.jwk.pub" } } }""", key=None)
        shutil.copyfile(VECTORS / "recovery.jwk.pub", folder / "recovery.jwk.pub")
        result = self.keyseat("decrypt", VECTORS / "from-windows-direct.json", exit=6)
        self.assertError(result, "dpapi works on Windows only", "this credential also has recipients: recovery")


if __name__ == "__main__":
    unittest.main()
