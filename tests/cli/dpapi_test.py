# SPDX-License-Identifier: Apache-2.0
"""keyseat.exe with the dpapi plugin. Each command is a process of its own."""

import base64
import json
import pathlib
import unittest

from keyseat_case import PASSWORD, PLAIN, KeyseatTest

MASTER_KEY = r"needs the Windows (account that has|machine whose DPAPI has) the( DPAPI)? master key [0-9a-f-]{36}"


class DpapiKeyseatTest(KeyseatTest):
    def configure_dpapi(self, **options):
        folder = self.configure(json.dumps({"protectors": {"dpapi": {"plugin": "dpapi", "config": options}}}), key=None)
        if "key" in options:
            self.keyseat("protector", "create", "dpapi", "--replace", "--passphrase-fd", "0", stdin=b"yes\n")
        return folder

    def encrypted(self, name="encrypted.json", source=PLAIN):
        path = self.work / name
        path.write_bytes(self.keyseat("encrypt", "-p", "dpapi", source).stdout)
        self.assertNotIn(PASSWORD, path.read_bytes())
        return path


class Flow(DpapiKeyseatTest):
    """The documented flow."""

    def test_mode_direct_gives_back_every_byte_in_each_scope(self):
        for scope in ("user", "machine"):
            with self.subTest(scope=scope):
                self.configure_dpapi(scope=scope)
                self.assertEqual(self.keyseat("decrypt", self.encrypted()).stdout, PLAIN.read_bytes())

    def test_mode_key_gives_back_every_byte_in_each_scope(self):
        for scope in ("user", "machine"):
            with self.subTest(scope=scope):
                folder = self.configure_dpapi(key="node.dpapi", scope=scope)
                self.assertEqual(self.keyseat("decrypt", self.encrypted()).stdout, PLAIN.read_bytes())
                self.assertNotIn(b'"d"', (folder / "node.dpapi").read_bytes())
                self.assertIn("passed", self.keyseat("protector", "test", "dpapi").text)

    def test_the_only_recipient_is_warned_of(self):
        self.configure_dpapi()
        self.assertIn("recovery", self.keyseat("encrypt", "-p", "dpapi", PLAIN).stderr)

    def test_inspect_names_the_master_key(self):
        for scope in ("user", "machine"):
            with self.subTest(scope=scope):
                self.configure_dpapi(scope=scope)
                self.assertRegex(self.keyseat("inspect", self.encrypted()).text, MASTER_KEY)

    def test_dpapi_ng_says_that_wine_lacks_it(self):
        self.configure_dpapi(descriptor="LOCAL=user")
        self.assertError(self.keyseat("encrypt", "-p", "dpapi", PLAIN, exit=6), "DPAPI-NG", "Wine")


class Others(DpapiKeyseatTest):
    """Who does not open it."""

    def test_other_entropy(self):
        folder = self.configure_dpapi()
        for name in ("one", "two"):
            (folder / name).write_bytes(name[:1].encode() * 32)
            (folder / name).chmod(0o600)
        for options in ({}, {"key": "node.dpapi"}):
            with self.subTest(options=options):
                self.configure_dpapi(**options, **{"entropy-file": "one"})
                encrypted = self.encrypted()
                self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())
                self.config.write_text(self.config.read_text().replace('"one"', '"two"'))
                self.assertEqual(self.keyseat("decrypt", encrypted, exit=6 if options else 8).stdout, b"")

    def test_another_user(self):
        for options, exit in (({}, 8), ({"key": "node.dpapi"}, 6)):
            with self.subTest(options=options):
                self.configure_dpapi(**options)
                encrypted = self.encrypted()
                stranger = {**self.environment, "USER": "somebody"}  # who is logged on, to Wine
                result = self.keyseat("decrypt", encrypted, env=stranger, exit=exit)
                self.assertEqual(result.stdout, b"")
                self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())


class Altered(DpapiKeyseatTest):
    """Keyseat refuses what Wine's DPAPI would accept."""

    def setUp(self):
        super().setUp()
        self.configure_dpapi()
        self.definition = json.loads(self.encrypted().read_bytes())
        self.jwe = base64.b64decode(self.definition["properties"]["typeProperties"]["encryptedCredential"])
        self.many = self.work / "many"
        self.many.mkdir()

    def put(self, name, jwe):
        self.definition["properties"]["typeProperties"]["encryptedCredential"] = base64.b64encode(jwe).decode()
        (self.many / f"{name}.json").write_text(json.dumps(self.definition))

    def verified(self):
        lines = self.keyseat("verify", "--json", self.many, exit=10).lines()
        return {pathlib.PureWindowsPath(line["file"]).stem: line["status"] for line in lines if "file" in line}

    def test_every_flipped_bit_is_refused(self):
        self.put("whole", self.jwe)
        for i in range(8 * len(self.jwe)):
            altered = bytearray(self.jwe)
            altered[i // 8] ^= 1 << i % 8
            self.put(i, altered)
        status = self.verified()
        self.assertEqual(len(status), 8 * len(self.jwe) + 1)
        self.assertEqual([name for name, what in status.items() if what == status["whole"]], ["whole"])

    def test_every_truncation_is_refused(self):
        for size in range(len(self.jwe)):
            self.put(size, self.jwe[:size])
        status = self.verified()
        self.assertEqual(len(status), len(self.jwe))
        self.assertEqual(set(status.values()), {"failed"})


if __name__ == "__main__":
    unittest.main()
