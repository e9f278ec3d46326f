# SPDX-License-Identifier: Apache-2.0
"""keyseat.exe with the dpapi plugin, by Wine, and definitions that go from one system to the other."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["KEYSEAT_BUILD_DIR"])
SOURCE = pathlib.Path(os.environ["KEYSEAT_SOURCE_DIR"])
NATIVE = pathlib.Path(os.environ["KEYSEAT_NATIVE_PROGRAM"])
PLAIN = SOURCE / "docs" / "examples" / "SqlServerLinkedService.json"
PASSWORD = b"Fake-Passw0rd-for-docs"


class WindowsKeyseatTest(unittest.TestCase):
    """A folder in the build tree, which Windows sees as K:."""

    def setUp(self):
        self.assertTrue(NATIVE.exists(), f"there is no {NATIVE}: build the preset release first")
        scratch = BUILD / "scratch"
        scratch.mkdir(exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        shutil.copyfile(PLAIN, self.folder / "plain.json")

    def path(self, name):
        return "K:/" + str((self.folder / name).relative_to(BUILD))

    def configure(self, protectors, name="keyseat.json"):
        (self.folder / name).write_text(json.dumps({"protectors": protectors}))

    def run_program(self, command, exit, stdin=b""):
        completed = subprocess.run(list(map(str, command)), input=stdin, capture_output=True, timeout=300,
                                   check=False)
        self.assertEqual(completed.returncode, exit, completed.stderr.decode(errors="replace"))
        self.assertNotIn(PASSWORD, completed.stderr)
        return completed

    def windows(self, *arguments, exit=0, config="keyseat.json", stdin=b""):
        """keyseat.exe; paths are those of path()."""
        return self.run_program([SOURCE / "scripts" / "wine", BUILD, BUILD / "bin" / "keyseat.exe", "--config",
                                 self.path(config), *arguments], exit, stdin)

    def linux(self, *arguments, exit=0, config="linux.json"):
        return self.run_program([NATIVE, "--config", self.folder / config, *arguments], exit)

    def assertOpens(self, completed):
        self.assertEqual(completed.stdout, PLAIN.read_bytes())


class Flow(WindowsKeyseatTest):
    """The documented flow. Each command is a process of its own."""

    def test_mode_direct(self):
        for scope in ("user", "machine"):
            with self.subTest(scope=scope):
                self.configure({"win": {"plugin": "dpapi", "config": {"scope": scope}}})
                encrypted = self.windows("encrypt", "-p", "win", self.path("plain.json"))
                self.assertNotIn(PASSWORD, encrypted.stdout)
                (self.folder / "encrypted.json").write_bytes(encrypted.stdout)
                self.assertOpens(self.windows("decrypt", self.path("encrypted.json")))

    def test_mode_key(self):
        self.configure({"win": {"plugin": "dpapi", "config": {"key": "node.dpapi"}}})
        self.windows("protector", "create", "win")
        encrypted = self.windows("encrypt", "-p", "win", self.path("plain.json"))
        (self.folder / "encrypted.json").write_bytes(encrypted.stdout)
        self.assertOpens(self.windows("decrypt", self.path("encrypted.json")))
        self.assertIn(b"passed", self.windows("protector", "test", "win").stdout)

    def test_the_only_recipient_is_warned_of(self):
        self.configure({"win": {"plugin": "dpapi"}})
        self.assertIn(b"recovery", self.windows("encrypt", "-p", "win", self.path("plain.json")).stderr)

    def test_other_entropy_is_refused(self):
        for name, fill in (("one", b"1"), ("other", b"2")):
            (self.folder / name).write_bytes(32 * fill)
            (self.folder / name).chmod(0o600)
            self.configure({"win": {"plugin": "dpapi", "config": {"entropy-file": name}}}, name + ".json")
        encrypted = self.windows("encrypt", "-p", "win", self.path("plain.json"), config="one.json")
        (self.folder / "encrypted.json").write_bytes(encrypted.stdout)
        self.assertOpens(self.windows("decrypt", self.path("encrypted.json"), config="one.json"))
        self.windows("decrypt", self.path("encrypted.json"), config="other.json", exit=8)

    def test_inspect_names_the_master_key(self):
        self.configure({"win": {"plugin": "dpapi"}})
        encrypted = self.windows("encrypt", "-p", "win", self.path("plain.json"))
        (self.folder / "encrypted.json").write_bytes(encrypted.stdout)
        for look in (lambda: self.windows("inspect", self.path("encrypted.json")),
                     lambda: self.linux("inspect", self.folder / "encrypted.json", config="keyseat.json")):
            self.assertRegex(look().stdout.decode(), r"needs the Windows account that has the DPAPI master key [0-9a-f-]{36}")


class Altered(WindowsKeyseatTest):
    """Keyseat refuses what Wine's DPAPI would accept."""

    def setUp(self):
        super().setUp()
        self.configure({"win": {"plugin": "dpapi"}})
        encrypted = self.windows("encrypt", "-p", "win", self.path("plain.json")).stdout
        self.definition = json.loads(encrypted)
        self.jwe = base64.b64decode(self.definition["properties"]["typeProperties"]["encryptedCredential"])
        self.many = self.folder / "many"
        self.many.mkdir()

    def put(self, name, jwe):
        self.definition["properties"]["typeProperties"]["encryptedCredential"] = base64.b64encode(jwe).decode()
        (self.many / f"{name}.json").write_text(json.dumps(self.definition))

    def verified(self, exit):
        lines = self.windows("verify", "--json", self.path("many"), exit=exit).stdout.splitlines()
        return {pathlib.PureWindowsPath(line["file"]).stem: line["status"]
                for line in map(json.loads, lines) if "file" in line}

    def test_every_flipped_bit_is_refused(self):
        self.put("whole", self.jwe)
        for i in range(len(self.jwe)):
            for bit in range(8):
                altered = bytearray(self.jwe)
                altered[i] ^= 1 << bit
                self.put(f"{i}.{bit}", altered)
        status = self.verified(exit=10)
        self.assertEqual(len(status), 8 * len(self.jwe) + 1)
        opened = [name for name, what in status.items() if what == status["whole"]]
        self.assertEqual(opened, ["whole"])

    def test_every_truncation_is_refused(self):
        for size in range(len(self.jwe)):
            self.put(str(size), self.jwe[:size])
        status = self.verified(exit=10)
        self.assertEqual(len(status), len(self.jwe))
        self.assertEqual(set(status.values()), {"failed"})


class Across(WindowsKeyseatTest):
    """From one system to the other."""

    def setUp(self):
        super().setUp()
        self.configure({"recovery": {"plugin": "keyfile", "config": {"key": "recovery-private.jwk"}}}, "linux.json")
        self.linux("protector", "create", "recovery")
        self.linux("protector", "export-public", "recovery", "-o", self.folder / "recovery.jwk")

    def test_linux_opens_by_recovery_what_windows_encrypted_for_both(self):
        for config in ({}, {"key": "node.dpapi"}):
            with self.subTest(config=config):
                self.configure({"win": {"plugin": "dpapi", "config": config}, "recovery": {"public-key": "recovery.jwk"}})
                if config:
                    self.windows("protector", "create", "win")
                encrypted = self.windows("encrypt", "-p", "win", "-p", "recovery", self.path("plain.json"))
                (self.folder / "encrypted.json").write_bytes(encrypted.stdout)
                self.assertOpens(self.linux("decrypt", self.folder / "encrypted.json"))
                self.assertOpens(self.windows("decrypt", self.path("encrypted.json")))
                refused = self.linux("decrypt", self.folder / "encrypted.json", config="keyseat.json", exit=6)
                self.assertIn(b"dpapi works on Windows only", refused.stderr)
                self.assertIn(b"this credential also has recipients: recovery", refused.stderr)

    def test_windows_opens_what_linux_encrypted_for_its_public_key(self):
        for plugin in ("keyfile", "dpapi"):
            with self.subTest(plugin=plugin):
                self.configure({"node": {"plugin": plugin, "config": {"key": "node." + plugin}}})
                self.windows("protector", "create", "node")
                exported = self.windows("protector", "export-public", "node").stdout
                (self.folder / "node.jwk").write_bytes(exported)
                encrypted = self.linux("encrypt", self.folder / "plain.json", "-r", self.folder / "node.jwk",
                                       "-p", "recovery")
                (self.folder / "encrypted.json").write_bytes(encrypted.stdout)
                self.assertOpens(self.windows("decrypt", self.path("encrypted.json")))


if __name__ == "__main__":
    unittest.main()
