# SPDX-License-Identifier: Apache-2.0
"""On a terminal: prompts without echo, colour, progress. The program runs on a pseudo-terminal."""

import os
import pty
import re
import select
import signal
import termios
import time
import unittest

import program as how_to_start
from keyseat_case import PLAIN, PROGRAM, WINDOWS, KeyseatTest, linux_only

PASSPHRASE = b"correct horse battery"
ENTER = b"\r"


class Dialogue:
    """The program on a terminal of its own; Wine makes a Windows console of that."""

    def __init__(self, arguments, folder, environment):
        self.shown = b""
        command = how_to_start.command(PROGRAM, arguments)
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execve(command[0], command, environment)

    def read(self, wait=120):
        """Reads what is shown next; false at the end."""
        if not select.select([self.terminal], [], [], wait)[0]:
            raise AssertionError(f"nothing came after {self.shown!r}")
        try:
            part = os.read(self.terminal, 4096)
        except OSError:
            part = b""
        self.shown += part
        return bool(part)

    def expect(self, pattern):
        start = len(self.shown)
        while not re.search(pattern, self.shown[start:]):
            if not self.read():
                raise AssertionError(f"{pattern!r} did not come: {self.shown!r}")

    def type(self, text, shown=False):
        """Types when the terminal has stopped to show what is typed. Wine's console does that itself, when it reads."""
        deadline = time.monotonic() + 120
        while not shown and termios.tcgetattr(self.terminal)[3] & termios.ECHO:
            assert time.monotonic() < deadline, "the terminal still shows what is typed"
            time.sleep(0.01)
        os.write(self.terminal, text)

    def end(self):
        """Waits for the end; the exit code, negative for a signal."""
        while self.read():
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.terminal)
        return code


class OnATerminal(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure(key=None)
        self.environment["TERM"] = "xterm"

    def dialogue(self, *arguments):
        return Dialogue(["--config", self.config, *arguments], self.work, self.environment)

    def make_encrypted_key(self):
        self.keyseat("protector", "create", "dev", "--encrypted", "--passphrase-fd", "0",
                     stdin=PASSPHRASE + b"\n")

    def test_a_new_passphrase_is_asked_for_twice_and_never_shown(self):
        dialogue = self.dialogue("protector", "create", "dev", "--encrypted")
        dialogue.expect(b"dev")
        dialogue.type(PASSPHRASE + ENTER)
        dialogue.expect(b"Once more")
        dialogue.type(PASSPHRASE + ENTER)
        self.assertEqual(dialogue.end(), 0, dialogue.shown)
        self.assertNotIn(PASSPHRASE, dialogue.shown)

    def test_a_passphrase_that_is_asked_for_decrypts(self):
        self.make_encrypted_key()
        encrypted = self.encrypted()
        dialogue = self.dialogue("decrypt", encrypted, "-o", "plain.json")
        dialogue.expect(b"assphrase")
        dialogue.type(PASSPHRASE + ENTER)
        self.assertEqual(dialogue.end(), 0, dialogue.shown)
        self.assertNotIn(PASSPHRASE, dialogue.shown)
        self.assertEqual((self.work / "plain.json").read_bytes(), PLAIN.read_bytes())

    @linux_only("Wine's console goes on reading after Ctrl-C; that of Windows ends the read")
    def test_an_interrupt_at_the_prompt_ends_the_program_and_writes_nothing(self):
        self.make_encrypted_key()
        encrypted = self.encrypted()
        dialogue = self.dialogue("decrypt", encrypted, "-o", "plain.json")
        dialogue.expect(b"assphrase")
        dialogue.type(b"\x03")
        self.assertIn(dialogue.end(), (7, -signal.SIGINT))
        self.assertFalse((self.work / "plain.json").exists())

    def test_trust_is_asked_for_after_the_file_was_shown(self):
        self.config.rename(self.work / "keyseat.json")
        dialogue = Dialogue(["config", "trust"], self.work, self.environment)
        dialogue.expect(rb"(?s)keyfile.*\[y/N\]")
        dialogue.type(b"yes" + ENTER, shown=not WINDOWS)
        self.assertEqual(dialogue.end(), 0, dialogue.shown)

    def test_errors_are_coloured_on_a_terminal_unless_that_is_not_wanted(self):
        def shown(*arguments):
            dialogue = self.dialogue("encrypt", "nothing.json", *arguments)
            self.assertEqual(dialogue.end(), 11)
            return dialogue.shown
        self.assertIn(b"\x1b[1;31merror:", shown())
        colour = rb"\x1b\[[0-9;]*m"
        self.assertNotRegex(shown("--no-color"), colour)
        self.environment["NO_COLOR"] = "1"
        self.assertNotRegex(shown(), colour)
        self.assertNotIn("\x1b", self.keyseat("encrypt", "nothing.json", exit=11).stderr)

    @linux_only("stops the program by a signal")
    def test_work_beyond_a_second_shows_its_progress(self):
        self.keyseat("protector", "create", "dev")
        for number in range(400):
            self.copy(f"defs/{number:04}.json")
        before = time.monotonic()
        dialogue = self.dialogue("encrypt", "defs", "--output-dir", "out")
        while not any((self.work / "out").glob("**/*.json")):  # the first file is done
            self.assertLess(time.monotonic() - before, 30)
        os.kill(dialogue.process, signal.SIGSTOP)
        time.sleep(1.2)
        os.kill(dialogue.process, signal.SIGCONT)
        self.assertEqual(dialogue.end(), 0, dialogue.shown)
        self.assertGreater(time.monotonic() - before, 1)
        self.assertRegex(dialogue.shown, rb"\[#*\.*\] \d+/400 ")
        self.assertTrue(dialogue.shown.rstrip().endswith(b"400 encrypted, 0 unchanged"))


if __name__ == "__main__":
    unittest.main()
