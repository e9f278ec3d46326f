# SPDX-License-Identifier: Apache-2.0
"""Key files: cut short, altered, of another mode, of nobody; and programs that die while they write one."""

import os
import shutil
import subprocess
import unittest

import program
from tpm_case import TpmTest
from tpm_proxy import TpmProxy

MODES = ("sealed", "resident")
NOBODY = 65534


class Damaged(TpmTest):
    def make_node(self, mode):
        self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
        self.configure_tpm(mode=mode)
        self.create()
        self.encrypted()

    def assertRefused(self, content):
        """By one sentence, and exit code 3, 6 or 9; never by another plaintext, never by a defect."""
        self.key_file.write_bytes(content)
        self.key_file.chmod(0o600)
        result = self.keyseat_whatever("decrypt", self.work / "encrypted.json")
        self.assertIn(result.returncode, (3, 6, 8, 9), result.stderr)
        self.assertEqual(result.stdout, b"")
        self.assertNotIn(b"Sanitizer", result.stderr)

    def keyseat_whatever(self, *arguments):
        return subprocess.run(
            program.command(program.PROGRAM, ("--config", self.config, *arguments)),
            env=self.environment, cwd=self.work, timeout=60, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_a_file_that_is_cut_short_is_refused(self):
        for mode in MODES:
            self.make_node(mode)
            whole = self.key_file.read_bytes()
            for size in range(0, len(whole) - 1, 97):
                with self.subTest(mode=mode, size=size):
                    self.assertRefused(whole[:size])
        self.assertNothingLeft()

    def test_an_altered_byte_is_refused_or_without_meaning(self):
        """White space and the date may change; what opens is the right thing, or nothing."""
        for mode in MODES:
            self.make_node(mode)
            whole = self.key_file.read_bytes()
            plain = self.decrypt().stdout
            for at in range(5, len(whole), 61):
                with self.subTest(mode=mode, at=at):
                    self.key_file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x11]) + whole[at + 1:])
                    result = self.keyseat_whatever("decrypt", self.work / "encrypted.json")
                    self.assertIn(result.returncode, (0, 3, 6, 8, 9), result.stderr)
                    self.assertIn(result.stdout, (b"", plain))
        self.assertNothingLeft()

    def test_files_that_are_no_key_of_a_tpm_are_called_that(self):
        self.make_node("sealed")
        for content in (b"", b"{}", b"no key", b'{"kty":"EC"}', bytes(1000), b"\xff" * 1000):
            with self.subTest(content=content[:12]):
                self.key_file.write_bytes(content)
                self.assertError(self.decrypt(exit=3), "'key'", "the key file")

    def test_a_later_format_asks_for_an_update(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.make_node(mode)
                text = self.key_file.read_text().replace("keyseat-tpm2/1", "keyseat-tpm2/2")
                self.key_file.write_text(text)
                self.assertError(self.decrypt(exit=8), "keyseat-tpm2/2", "update the plugin")

    def test_the_other_mode_is_named(self):
        for mode, other in (MODES, MODES[::-1]):
            with self.subTest(mode=mode):
                self.make_node(mode)
                self.configure_tpm(mode=other)
                self.assertError(self.decrypt(exit=3), f"a key of mode '{mode}'", "'mode'")

    def test_a_policy_that_was_edited_is_refused(self):
        """The TPM goes by its own copy; a file that says something else is not believed either."""
        self.make_node("sealed")
        text = self.key_file.read_text()
        self.key_file.write_text(text.replace('"mode"', '"pin": true,\n  "mode"', 1))
        self.assertError(self.decrypt(exit=3), "contradicts itself")

    def test_a_file_that_others_may_read_is_refused(self):
        self.make_node("sealed")
        self.key_file.chmod(0o644)
        self.assertError(self.decrypt(exit=6), "others may")

    def test_an_existing_key_is_replaced_only_when_asked(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.make_node(mode)
                before = self.key_file.read_bytes()
                self.assertError(self.create(exit=6), "--replace")
                self.assertEqual(self.key_file.read_bytes(), before)
                self.create("--replace", "--passphrase-fd", "0", stdin=b"yes\n")
                self.decrypt(exit=9)

    def test_the_key_file_is_the_owners_alone(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.make_node(mode)
                self.assertEqual(self.key_file.stat().st_mode & 0o777, 0o600)


class KilledProgram(TpmTest):
    """kill -9 of the program itself, at each command of making a key."""

    def test_a_key_is_there_wholly_or_not_at_all(self):
        bus = TpmProxy(self.folder, self.tpm)
        self.addCleanup(bus.close)
        for mode in MODES:
            self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
            self.configure_tpm(tcti=bus.tcti, mode=mode)
            bus.begin()
            self.create()
            count = len(bus.exchanges)
            for number in range(1, count + 1):
                with self.subTest(mode=mode, number=number):
                    self.key_file.unlink()
                    bus.begin()
                    self.create_and_be_killed(bus, number)
                    bus.begin()
                    self.tpm.restart()  # as the machine is started again
                    self.assertEqual([path.name for path in self.key_file.parent.iterdir()
                                      if path.name.startswith(f"{mode}.tpm2") and path != self.key_file
                                      and not path.name.endswith(".pub")], [])
                    if not self.key_file.exists():
                        self.create(*(["--replace", "--passphrase-fd", "0"]
                                      if self.key_file.with_name(self.key_file.name + ".pub").exists() else []),
                                    stdin=b"yes\n")
                    self.encrypted()
                    self.assertDecrypts()

    def create_and_be_killed(self, bus, number):
        process = subprocess.Popen(
            program.command(program.PROGRAM, ("--config", self.config, "protector", "create", "node")),
            env=self.environment, cwd=self.work, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        bus.meddle = lambda n, command: process.kill() if n == number else None
        process.wait(60)


class OrdinaryUser(TpmTest):
    """Not root: a member of the group that may use the TPM."""

    def setUp(self):
        super().setUp()
        self.how = {}
        if os.geteuid() == 0:
            self.install_for_everybody()
            self.how = {"program": self.program, "user": NOBODY, "group": NOBODY, "extra_groups": []}

    def install_for_everybody(self):
        """The build tree may lie where nobody may look; a copy does not."""
        prefix = self.folder / "installation"
        (prefix / "bin").mkdir(parents=True)
        (prefix / "lib/keyseat/plugins").mkdir(parents=True)
        self.program = prefix / "bin" / program.PROGRAM.name
        shutil.copy(program.PROGRAM, self.program)
        shutil.copy(program.BUILD / "lib/keyseat/plugins/tpm2.so", prefix / "lib/keyseat/plugins")
        for path in (prefix, *prefix.rglob("*")):
            path.chmod(0o755)

    def keyseat(self, *arguments, **how):
        if self.how:
            for path in (self.folder, self.work, self.home, self.key_file.parent, self.pin_file, self.config,
                         self.tpm.socket, self.tpm.control, *self.key_file.parent.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        return super().keyseat(*arguments, **self.how, **how)

    def test_everything_works_for_one(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
                self.configure_tpm(mode=mode, pin=True, pcrs="sha256:7")
                self.create("--encrypted")
                self.encrypted(source=self.copy())
                self.tpm.power_cycle()
                self.assertDecrypts()
                self.keyseat("protector", "test", "node")
                self.assertNothingLeft()

    def test_one_who_may_not_use_the_tpm_is_told_of_the_group(self):
        closed = self.folder / "closed"
        closed.touch()
        closed.chmod(0)
        self.configure_tpm(tcti=f"device:{closed}")
        self.assertError(self.create(exit=6), "there is no TPM at", "group tss")


if __name__ == "__main__":
    unittest.main()
