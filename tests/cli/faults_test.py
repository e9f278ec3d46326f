# SPDX-License-Identifier: Apache-2.0
"""Everything that can go wrong: each fault has its message and exit code, and nothing is half-written."""

import os
import resource
import shutil
import subprocess
import unittest

from keyseat_case import KEYFILE, PLAIN, PROGRAM, KeyseatTest, linux_only

NOBODY = 65534


class InvalidInput(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    def refused(self, text, *parts, exit=4):
        path = self.work / "input.json"
        path.write_bytes(text)
        result = self.keyseat("encrypt", path, "-o", "output.json", exit=exit)
        self.assertError(result, *parts)
        self.assertFalse((self.work / "output.json").exists())

    def test_malformed_json_is_refused_with_line_and_column(self):
        self.refused(b'{\n  "properties": {,}\n}', "input.json:2:18")

    def test_an_empty_file_is_refused(self):
        self.refused(b"", "input.json")

    def test_duplicate_names_are_refused_with_the_place_of_the_second(self):
        self.refused(PLAIN.read_bytes().replace(b'"name"', b'"type"'), "input.json:11:3", "already")

    def test_names_that_differ_in_case_only_are_refused(self):
        self.refused(PLAIN.read_bytes().replace(b'"name"', b'"TYPE"'), "input.json:11:")

    def test_json_that_is_no_definition_is_refused(self):
        self.refused(b"[1, 2]", "input.json")
        self.refused(b'{"name": "x"}', "properties")

    def test_a_missing_file_is_an_input_output_failure(self):
        self.assertError(self.keyseat("encrypt", "nothing.json", exit=11), "nothing.json")

    def test_a_damaged_credential_is_refused(self):
        encrypted = self.encrypted()
        text = encrypted.read_text()
        at = text.index("encryptedCredential") + 200
        encrypted.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:])
        result = self.keyseat("decrypt", encrypted, "-o", "plain.json", exit=8)
        self.assertError(result, "encrypted.json")
        self.assertFalse((self.work / "plain.json").exists())


class Batches(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    def test_a_folder_that_cannot_be_made_fails_one_file_and_the_others_are_done(self):
        self.copy("defs/a/x.json")
        self.copy("defs/b.json")
        (self.work / "out").mkdir()
        (self.work / "out/a").write_text("in the way")
        result = self.keyseat("encrypt", "defs", "--output-dir", "out", exit=10)
        self.assertError(result, "cannot make the folder 'out/a'", "1 encrypted", "1 failed")
        self.assertIn(b"encryptedCredential", (self.work / "out/b.json").read_bytes())

    def test_recipients_that_do_not_exist_are_said_once_and_blame_no_file(self):
        self.copy("defs/a.json")
        self.copy("defs/b.json")
        for option, value, code in (("-p", "nope", 3), ("-r", "nope.jwk", 6)):
            result = self.keyseat("encrypt", "defs", "--output-dir", "out", option, value, exit=code)
            self.assertEqual(result.stderr.count("error:"), 1)
            self.assertIn("nope", result.stderr)
            self.assertNotIn("a.json", result.stderr)

    @linux_only("uses /dev/full")
    def test_a_message_names_a_file_once(self):
        result = self.keyseat("plan", "-r", "/dev/full", PLAIN, exit=11)
        self.assertEqual(result.stderr.count("/dev/full"), 1)
        self.config = self.folder / "none.json"
        result = self.keyseat("plan", PLAIN, exit=3)
        self.assertEqual(result.stderr.count("none.json"), 1)

    @linux_only("closes a descriptor")
    def test_standard_input_that_is_closed_is_not_what_was_opened_meanwhile(self):
        encrypted = self.encrypted()
        result = self.keyseat("verify", encrypted, "-", exit=10, preexec_fn=lambda: os.close(0))
        self.assertError(result, "cannot read '-': Bad file descriptor", "1 verified")

    def test_verify_counts_what_has_no_credential(self):
        self.copy("a.json")
        self.encrypted("b.json")
        self.assertIn("1 verified, 1 without credential", self.keyseat("verify", ".").stderr)


class Usage(KeyseatTest):
    def test_inspect_of_a_folder_says_which_commands_take_one(self):
        self.assertError(self.keyseat("inspect", ".", exit=2), "'.' is a folder", "verify")

    def test_the_program_without_command_is_named_without_a_gap(self):
        self.assertError(self.keyseat("--frob", "encrypt", PLAIN, exit=2), "--frob")
        self.assertNotIn("'keyseat '", self.keyseat("--frob", "encrypt", PLAIN, exit=2).stderr)

    def test_unknown_commands_and_options_are_named(self):
        for arguments, part in ((["frobnicate"], "frobnicate"), (["encrypt"], "PATH"), ([], "command"),
                                (["encrypt", "a", "--frob"], "--frob"), (["protector"], "protector"),
                                (["protector", "frob"], "protector frob"),
                                (["encrypt", "a", "-o", "b", "--in-place"], "--in-place"),
                                (["encrypt", "a", "--binding", "loose"], "--binding")):
            with self.subTest(arguments=arguments):
                self.assertError(self.keyseat(*arguments, exit=2), part, "--help")

    def test_commands_that_do_not_exist_yet_are_unknown(self):
        for command in ("lint", "rewrap", "rotate", "rebind", "doctor"):
            self.assertError(self.keyseat(command, "x", exit=2), f"no command 'keyseat {command}'")

    def test_the_value_of_a_mistaken_option_is_not_repeated(self):
        for option in ("--passphrase=hunter2", "--passphrase-fd=hunter2", "--passphrase-fd=-1",
                       "--binding=hunter2"):
            result = self.keyseat("encrypt", "a.json", option, exit=2)
            self.assertError(result, option.split("=")[0])
            self.assertNotIn("hunter2", result.stderr)
        result = self.keyseat("protector", "create", "dev", "--key-type", "hunter2", exit=2)
        self.assertError(result, "--key-type", "it takes oct|P-256")
        self.assertNotIn("hunter2", result.stderr)

    def test_an_empty_text_names_no_file(self):
        for arguments in ([""], [PLAIN, "-o", ""], [PLAIN, "--output-dir", ""], [PLAIN, "-r", ""],
                          ["--config", "", PLAIN]):
            result = self.keyseat("encrypt", *arguments, exit=2)
            self.assertError(result, "an empty text names no file")
            self.assertEqual(self.everything_below(self.work), {})

    def test_help_has_an_example_for_every_command(self):
        commands = ("init", "encrypt", "decrypt", "plan", "inspect", "verify", "import", "protector list",
                    "protector status", "protector create", "protector keys", "protector destroy",
                    "protector export-public", "protector test", "protector approve",
                    "plugin list", "plugin info", "config show", "config check", "config schema",
                    "config trust")
        for command in commands:
            with self.subTest(command=command):
                text = self.keyseat(*command.split(), "--help").text
                self.assertIn(f"Example:\n  keyseat {command}", text)

    def test_the_version_is_printed(self):
        self.assertRegex(self.keyseat("--version").text, r"^keyseat \d+\.\d+\.\d+\n$")


class MissingParts(KeyseatTest):
    def test_a_missing_key_file_is_named_with_the_command_that_makes_one(self):
        self.configure(key=None)
        result = self.keyseat("encrypt", PLAIN, "-o", "out.json", exit=6)
        self.assertError(result, "dev.jwk", "keyseat protector create")
        self.assertFalse((self.work / "out.json").exists())

    def test_an_unknown_plugin_is_named_with_those_that_are_installed(self):
        self.configure('{"protectors": {"x": {"plugin": "com.example.none"}}, "rules": [{"protect": ["x"]}]}',
                       key=None)
        self.assertError(self.keyseat("encrypt", PLAIN, exit=3), "com.example.none", "keyfile")

    def test_an_unknown_protector_is_named_with_those_that_there_are(self):
        self.configure()
        self.assertError(self.keyseat("encrypt", PLAIN, "-p", "prod", exit=3), "prod", "dev")

    def test_no_configuration_at_all_is_answered_with_what_to_do(self):
        result = self.keyseat("encrypt", PLAIN, exit=3)
        self.assertError(result, "keyseat init")

    def test_a_credential_for_others_is_refused_with_their_names(self):
        self.configure()
        encrypted = self.encrypted()
        folder = self.config.parent
        os.remove(folder / "dev.jwk")
        for path in folder.glob("dev.jwk*"):
            path.unlink()
        self.keyseat("protector", "create", "dev")
        self.assertError(self.keyseat("decrypt", encrypted, exit=9), "encrypted.json")

    def test_a_key_of_loose_mode_is_refused(self):
        folder = self.configure()
        encrypted = self.encrypted()
        (folder / "dev.jwk").chmod(0o644)
        self.assertError(self.keyseat("decrypt", encrypted, exit=6), "dev.jwk")

    def test_a_key_file_that_holds_no_key_is_named(self):
        folder = self.configure()
        (folder / "dev.jwk").write_text("{}")
        self.assertError(self.keyseat("encrypt", PLAIN, exit=3), "dev.jwk: the JWK has no `kty`")

    def installation(self):
        """A copy of the program and its plugin, to be spoilt."""
        prefix = self.folder / "installation"
        (prefix / "bin").mkdir(parents=True)
        (prefix / "lib/keyseat/plugins").mkdir(parents=True)
        shutil.copy(PROGRAM, prefix / "bin" / PROGRAM.name)
        shutil.copy(KEYFILE, prefix / "lib/keyseat/plugins")
        self.folder.chmod(0o755)
        return prefix / "bin" / PROGRAM.name, prefix / "lib/keyseat/plugins" / KEYFILE.name

    def test_a_plugin_that_is_no_library_is_refused(self):
        program, library = self.installation()
        library.write_bytes(b"no library")
        self.configure(key=None)
        self.assertError(self.keyseat("encrypt", PLAIN, program=program, exit=5),
                         "'keyfile'", "no shared library")

    def test_a_plugin_that_others_may_write_is_refused(self):
        program, library = self.installation()
        library.chmod(0o666)
        self.configure(key=None)
        self.assertError(self.keyseat("encrypt", PLAIN, program=program, exit=5), KEYFILE.name)

    @linux_only("becomes another user")
    def test_a_plugin_that_cannot_be_read_is_refused(self):
        program, library = self.installation()
        if os.geteuid() == 0:
            how = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for path in (self.folder, self.work, self.home):
                os.chown(path, NOBODY, NOBODY)
        else:
            how = {}
        self.configure(key=None)
        library.chmod(0)
        result = self.keyseat("encrypt", "-", program=program, exit=5, stdin=PLAIN.read_bytes(), **how)
        self.assertError(result, KEYFILE.name)


class Passphrases(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure(key=None)
        self.keyseat("protector", "create", "dev", "--encrypted", "--passphrase-fd", "0",
                     stdin=b"correct horse battery\n")

    def test_the_right_passphrase_opens(self):
        encrypted = self.encrypted()
        result = self.keyseat("decrypt", encrypted, "--passphrase-fd", "0",
                              stdin=b"correct horse battery\n")
        self.assertEqual(result.stdout, PLAIN.read_bytes())

    def test_a_wrong_passphrase_is_refused_and_not_repeated(self):
        encrypted = self.encrypted()
        result = self.keyseat("decrypt", encrypted, "-o", "plain.json", "--passphrase-fd", "0",
                              stdin=b"wrong-hunter2\nwrong-hunter2\nwrong-hunter2\n", exit=7)
        self.assertNotIn("hunter2", result.stderr)
        self.assertFalse((self.work / "plain.json").exists())

    def test_a_passphrase_that_nobody_can_give_is_asked_for_with_what_to_do(self):
        encrypted = self.encrypted()
        result = self.keyseat("decrypt", encrypted, exit=7, start_new_session=True)
        self.assertError(result, "--passphrase-fd")


class FailingOutput(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    @linux_only("uses /dev/full")
    def test_a_full_device_as_standard_output_is_reported(self):
        with open("/dev/full", "wb") as full:
            result = self.keyseat("encrypt", PLAIN, exit=11, stdout=full)
        self.assertError(result, "No space left on device")

    @linux_only("uses /dev/full")
    def test_a_full_device_as_output_is_reported(self):
        result = self.keyseat("encrypt", PLAIN, "-o", "/dev/full", "--force", exit=11)
        self.assertError(result, "/dev/full", "No space left on device")

    @linux_only("limits the size of files by setrlimit()")
    def test_a_full_disk_leaves_what_was_there(self):
        # A limit on the size of files fails in the same place as a full disk, and needs no mount.
        path = self.copy("a.json")
        limit = path.stat().st_size + 10
        def set_limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        result = self.keyseat("encrypt", path, "--in-place", exit=11, preexec_fn=set_limit,
                              restore_signals=False)
        self.assertError(result, "a.json", "File too large")
        self.assertEqual(self.everything_below(self.work), {"a.json": PLAIN.read_bytes()})

    @linux_only("mounts a tmpfs")
    @unittest.skipUnless(os.geteuid() == 0, "mounting takes root")
    def test_a_full_file_system_leaves_what_was_there(self):
        small = self.folder / "small"
        small.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "keyseat-test", small], check=True)
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        shutil.copyfile(PLAIN, small / "a.json")
        (small / "ballast").write_bytes(b"x" * 12288)
        before = self.everything_below(small)
        result = self.keyseat("encrypt", small / "a.json", "--in-place", exit=11)
        self.assertError(result, "a.json", "No space left on device")
        self.assertEqual(self.everything_below(small), before)

    @linux_only("becomes another user")
    def test_an_unwritable_folder_is_reported(self):
        target = self.folder / "closed"
        target.mkdir()
        how = {}
        if os.geteuid() == 0:
            how = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            self.give_everything_to_nobody()
        target.chmod(0o555)
        result = self.keyseat("encrypt", "-", "-o", target / "out.json", stdin=PLAIN.read_bytes(),
                              exit=11, program=self.program, **how)
        self.assertError(result, "out.json", "Permission denied")
        self.assertEqual(self.everything_below(target), {})

    program = PROGRAM

    def give_everything_to_nobody(self):
        """The build tree may lie where nobody may look; a copy does not."""
        prefix = self.folder / "installation"
        (prefix / "bin").mkdir(parents=True)
        (prefix / "lib/keyseat/plugins").mkdir(parents=True)
        self.program = prefix / "bin" / PROGRAM.name
        shutil.copy(PROGRAM, self.program)
        shutil.copy(KEYFILE, prefix / "lib/keyseat/plugins")
        for path in (self.folder, *self.folder.rglob("*")):
            if prefix not in (path, *path.parents):
                os.chown(path, NOBODY, NOBODY)

    @linux_only("becomes another user")
    def test_a_folder_that_cannot_be_read_is_named(self):
        self.copy("defs/a.json")
        (self.work / "defs/closed").mkdir()
        how = {}
        if os.geteuid() == 0:
            how = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            self.give_everything_to_nobody()
        (self.work / "defs/closed").chmod(0)
        result = self.keyseat("encrypt", "defs", "--output-dir", "out", exit=11, program=self.program, **how)
        self.assertError(result, "cannot walk 'defs/closed': Permission denied")
        self.assertFalse((self.work / "out").exists())

    def test_a_folder_as_output_file_is_a_usage_error(self):
        (self.work / "folder").mkdir()
        self.assertError(self.keyseat("encrypt", PLAIN, "-o", "folder", exit=2), "folder")

    def test_a_closed_pipe_is_an_error(self):
        read, write = os.pipe()
        os.close(read)
        with open(write, "wb") as pipe:
            self.keyseat("encrypt", PLAIN, exit=11, stdout=pipe)


if __name__ == "__main__":
    unittest.main()
