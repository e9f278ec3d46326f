# SPDX-License-Identifier: Apache-2.0
"""Inputs and outputs: folders, several files, in place, collisions, links, modes, interruptions."""

import json
import os
import pathlib
import random
import signal
import stat
import subprocess
import time
import unittest

from keyseat_case import PLAIN, PROGRAM, SECURE_STRING, KeyseatTest, from_program, linux_only
from program import WINDOWS


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


class Files(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    def make_tree(self):
        self.copy("defs/a.json")
        self.copy("defs/deep/b.JSON", SECURE_STRING)
        (self.work / "defs/package.json").write_text('{"name": "not a definition"}')
        (self.work / "defs/notes.txt").write_text("not even JSON")
        return self.work / "defs"

    def test_a_folder_is_walked_into_an_output_folder_with_relative_paths(self):
        before = self.everything_below(self.make_tree())
        result = self.keyseat("encrypt", "defs", "--output-dir", "out")
        self.assertIn("2 encrypted, 0 unchanged, 1 skipped", result.stderr)
        self.assertEqual(set(self.everything_below(self.work / "out")), {"a.json", "deep/b.JSON"})
        self.assertEqual(self.everything_below(self.work / "defs"), before)
        self.keyseat("decrypt", "out", "--output-dir", "back")
        for name, content in self.everything_below(self.work / "back").items():
            self.assertEqual(content, before[name])

    def test_names_have_any_characters_and_paths_more_than_260(self):
        folder = pathlib.Path(*["Übertragung-日本-🔑-" + 20 * "x"] * 9)
        path = self.copy(folder / "схема é.json")
        self.assertGreater(len(str(path)), 300)
        self.config = self.config.rename(self.config.with_name("конфигурация.json"))
        self.keyseat("protector", "export-public", "dev", "-o", "ключ.jwk")
        self.keyseat("encrypt", folder / path.name, "-o", folder / "ключ.json", "-r", "ключ.jwk")
        self.assertNotEqual((path.parent / "ключ.json").read_bytes(), PLAIN.read_bytes())
        self.keyseat("decrypt", folder / "ключ.json", "-o", folder / path.name, "--force")
        self.assertEqual(path.read_bytes(), PLAIN.read_bytes())
        self.keyseat("encrypt", path.parent, "--output-dir", "出力", "--force")
        self.assertTrue((self.work / "出力" / "схема é.json").exists())
        self.assertError(self.keyseat("decrypt", folder / "none.json", exit=11), "日本-🔑")

    def test_file_arguments_keep_their_base_names(self):
        self.make_tree()
        self.keyseat("encrypt", "defs/a.json", "defs/deep/b.JSON", "--output-dir", "out")
        self.assertEqual(set(self.everything_below(self.work / "out")), {"a.json", "b.JSON"})

    def test_in_place_replaces_each_file(self):
        before = self.everything_below(self.make_tree())
        self.keyseat("encrypt", "defs", "--in-place")
        after = self.everything_below(self.work / "defs")
        self.assertNotEqual(after["a.json"], before["a.json"])
        self.assertEqual(after["package.json"], before["package.json"])
        self.keyseat("decrypt", "defs", "--in-place")
        self.assertEqual(self.everything_below(self.work / "defs"), before)

    def test_in_place_leaves_an_encrypted_file_alone(self):
        path = self.encrypted()
        before = path.stat()
        self.keyseat("encrypt", path, "--in-place")
        self.assertEqual(path.stat().st_ino, before.st_ino)
        self.assertEqual(path.stat().st_mtime_ns, before.st_mtime_ns)

    def test_several_files_or_a_folder_to_standard_output_are_a_usage_error(self):
        self.make_tree()
        for arguments in (["defs"], ["defs/a.json", "defs/deep/b.JSON"], ["defs", "-o", "-"],
                          ["defs", "-o", "one.json"]):
            result = self.keyseat("encrypt", *arguments, exit=2)
            self.assertError(result, "--output-dir")
            self.assertEqual(result.stdout, b"")

    def test_collisions_are_refused_before_anything_is_written(self):
        self.copy("one/a.json")
        self.copy("two/a.json")
        result = self.keyseat("encrypt", "one", "two", "--output-dir", "out", exit=2)
        self.assertError(result, "one/a.json", "two/a.json", "out/a.json")
        self.assertFalse((self.work / "out").exists())

    def test_names_that_differ_in_case_meet_where_names_have_none(self):
        self.copy("one/a.json")
        self.copy("two/A.json")
        result = self.keyseat("encrypt", "one", "two", "--output-dir", "out", exit=2 if WINDOWS else 0)
        if WINDOWS:
            self.assertError(result, "two/A.json")
            self.assertFalse((self.work / "out").exists())
        else:
            self.assertEqual(len(list((self.work / "out").iterdir())), 2)

    @linux_only("makes symbolic links")
    def test_one_file_under_two_names_is_a_collision(self):
        before = self.copy("a.json").read_bytes()
        os.symlink("a.json", self.work / "link.json")
        self.keyseat("encrypt", "a.json", "./a.json", "--in-place", exit=2)
        self.keyseat("encrypt", "a.json", "link.json", "--in-place", exit=2)
        self.assertEqual((self.work / "a.json").read_bytes(), before)

    def test_an_output_that_is_another_input_is_refused(self):
        self.copy("one/deep/a.json")
        self.copy("out/deep/a.json", SECURE_STRING)
        before = self.everything_below(self.work)
        result = self.keyseat("encrypt", "one", "out/deep/a.json", "--output-dir", "out", "--force",
                              exit=2)
        self.assertError(result, "one/deep/a.json", "out/deep/a.json")
        self.assertEqual(self.everything_below(self.work), before)

    def test_an_existing_output_needs_force(self):
        (self.work / "out.json").write_text("precious")
        result = self.keyseat("encrypt", PLAIN, "-o", "out.json", exit=2)
        self.assertError(result, "out.json", "--force")
        self.assertEqual((self.work / "out.json").read_text(), "precious")
        self.keyseat("encrypt", PLAIN, "-o", "out.json", "--force")
        self.assertEqual(self.keyseat("decrypt", "out.json").stdout, PLAIN.read_bytes())

    def test_existing_outputs_are_refused_before_anything_is_written(self):
        self.make_tree()
        (self.work / "out/deep").mkdir(parents=True)
        (self.work / "out/deep/b.JSON").write_text("precious")
        self.keyseat("encrypt", "defs", "--output-dir", "out", exit=2)
        self.assertEqual(self.everything_below(self.work / "out"), {"deep/b.JSON": b"precious"})

    def test_an_output_folder_inside_the_input_is_not_read_as_input(self):
        self.make_tree()
        self.keyseat("encrypt", "defs", "--output-dir", "defs/out")
        self.keyseat("encrypt", "defs", "--output-dir", "defs/out", "--force")
        self.assertEqual(set(self.everything_below(self.work / "defs/out")), {"a.json", "deep/b.JSON"})

    @linux_only("makes symbolic links")
    def test_links_below_a_folder_are_not_followed(self):
        outside = self.copy("outside.json").read_bytes()
        self.make_tree()
        os.symlink(self.work / "outside.json", self.work / "defs/link.json")
        os.symlink(self.work, self.work / "defs/loop")
        self.keyseat("encrypt", "defs", "--in-place")
        self.assertEqual((self.work / "outside.json").read_bytes(), outside)

    @linux_only("makes symbolic links")
    def test_in_place_on_a_link_edits_its_target(self):
        target = self.copy("target.json")
        os.symlink("target.json", self.work / "link.json")
        self.keyseat("encrypt", "link.json", "--in-place")
        self.assertTrue((self.work / "link.json").is_symlink())
        self.assertIn(b"encryptedCredential", target.read_bytes())

    @linux_only("modes; base.Files asserts DACLs on Windows")
    def test_plaintext_gets_mode_0600_and_an_encrypted_file_keeps_its_mode(self):
        path = self.copy("a.json")
        path.chmod(0o640)
        self.keyseat("encrypt", path, "--in-place")
        self.assertEqual(mode(path), 0o640)
        self.keyseat("decrypt", path, "-o", "plain.json")
        self.assertEqual(mode(self.work / "plain.json"), 0o600)
        self.keyseat("decrypt", path, "--in-place")
        self.assertEqual(mode(path), 0o600)

    def test_one_failing_definition_is_named_and_the_others_are_done(self):
        self.make_tree()
        (self.work / "defs/broken.json").write_text('{"properties": {"type": ')
        result = self.keyseat("encrypt", "defs", "--output-dir", "out", exit=10)
        self.assertError(result, "defs/broken.json:1:", "2 encrypted", "1 failed")
        self.assertEqual(set(self.everything_below(self.work / "out")), {"a.json", "deep/b.JSON"})

    def test_a_named_file_that_is_no_definition_is_refused(self):
        self.make_tree()
        self.assertError(self.keyseat("encrypt", "defs/package.json", exit=4), "package.json")

    def test_an_output_file_in_a_folder_that_is_not_there_is_an_error(self):
        result = self.keyseat("encrypt", PLAIN, "-o", "missing/a.json", exit=11)
        self.assertError(result, "missing/a.json")
        self.assertFalse((self.work / "missing").exists())

    @linux_only("makes a FIFO")
    def test_attack_a_fifo_in_the_place_of_the_output_gets_no_plaintext(self):
        self.keyseat("encrypt", PLAIN, "-o", "encrypted.json")
        fifo = self.work / "plain.json"
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.assertError(self.keyseat("decrypt", "encrypted.json", "-o", fifo, exit=2), "plain.json")
        self.assertEqual(os.read(reader, 100), b"")
        self.keyseat("decrypt", "encrypted.json", "-o", fifo, "--force")
        self.assertEqual(os.read(reader, 100000), PLAIN.read_bytes())

    def test_control_characters_in_names_are_shown_escaped(self):
        result = self.keyseat("encrypt", "no\x1b[31msuch.json", exit=11)
        self.assertError(result, from_program("no\\x1b[31msuch.json"))
        self.assertNotIn("\x1b", result.stderr)

    def test_no_temporary_file_remains(self):
        self.make_tree()
        self.keyseat("encrypt", "defs", "--in-place")
        self.assertEqual([p for p in self.work.rglob("*.tmp")], [])

    @linux_only("signals end Wine and not the program")
    def test_a_killed_run_leaves_each_file_as_it_was_or_as_it_shall_be(self):
        chance = random.Random(20)
        names = [f"defs/{number:03}.json" for number in range(60)]
        command = [PROGRAM, "--config", self.config, "encrypt", "defs", "--in-place"]
        killed_between = 0
        for _ in range(50):
            for name in names:
                self.copy(name)
            first = os.stat(self.work / names[0]).st_ino  # another file takes its place
            process = subprocess.Popen(command, cwd=self.work, env=self.environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and os.stat(self.work / names[0]).st_ino == first:
                pass
            time.sleep(chance.uniform(0, 0.01))
            process.send_signal(signal.SIGKILL)
            process.wait()
            contents = [(self.work / name).read_bytes() for name in names]
            changed = [text for text in contents if text != PLAIN.read_bytes()]
            for text in changed:
                self.assertIn("encryptedCredential", json.loads(text)["properties"]["typeProperties"])
            killed_between += 0 < len(changed) < len(contents)
            if killed_between == 3:
                break
        self.assertEqual(killed_between, 3, "too few runs were killed amid their files")
        self.keyseat("encrypt", "defs", "--in-place")
        self.keyseat("decrypt", "defs", "--in-place")
        for name in names:
            self.assertEqual((self.work / name).read_bytes(), PLAIN.read_bytes())


if __name__ == "__main__":
    unittest.main()
