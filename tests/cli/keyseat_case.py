# SPDX-License-Identifier: Apache-2.0
"""What the tests of the command line have in common: the real program in a folder of its own."""

import json
import shutil
import subprocess
import unittest

import program as how_to_start
from program import BUILD, KEYFILE, LIBRARY_SUFFIX, PROGRAM, SOURCE, WINDOWS, from_program, linux_only

PLAIN = SOURCE / "docs" / "examples" / "SqlServerLinkedService.json"
SECURE_STRING = SOURCE / "docs" / "examples" / "SqlServerLinkedServiceSecureString.json"
PASSWORD = b"Fake-Passw0rd-for-docs"

CONFIGURATION = """{
  "protectors": { "dev": { "plugin": "keyfile", "config": { "key": "dev.jwk" } } },
  "rules": [ { "protect": ["dev"] } ]
}
"""


class Result:
    """How one run of the program ended."""

    def __init__(self, completed):
        self.exit = completed.returncode
        self.stdout = completed.stdout
        self.stderr = from_program(completed.stderr.decode())

    @property
    def text(self):
        """Standard output, for people."""
        return from_program(self.stdout.decode())

    def json(self):
        return json.loads(self.stdout)

    def lines(self):
        return [json.loads(line) for line in self.stdout.splitlines()]


class KeyseatTest(unittest.TestCase):
    """A folder for each test, with a home of its own; `work` is the working folder."""

    def setUp(self):
        self.folder = how_to_start.new_folder()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.work = self.folder / "work"
        self.home = self.folder / "home"
        self.work.mkdir()
        self.home.mkdir()
        self.environment = how_to_start.environment(self.home)
        self.user_folder = how_to_start.user_folder(self.home)
        self.config = None

    def configure(self, text=CONFIGURATION, key="dev"):
        """A configuration outside of the working folder, named by --config, and its key."""
        folder = self.folder / "configuration"
        folder.mkdir(exist_ok=True)
        self.config = folder / "keyseat.json"
        self.config.write_text(text)
        if key:
            self.keyseat("protector", "create", key)
        return folder

    def keyseat(self, *arguments, exit=0, stdin=b"", program=PROGRAM, **how):
        """Runs the program and holds it to its exit code."""
        if self.config:
            arguments = ("--config", self.config, *arguments)
        how.setdefault("cwd", self.work)
        how.setdefault("env", self.environment)
        how.setdefault("stdout", subprocess.PIPE)
        completed = subprocess.run(
            how_to_start.command(program, arguments), input=stdin, stderr=subprocess.PIPE,
            timeout=240, check=False, **how)
        result = Result(completed)
        self.assertEqual(result.exit, exit, result.stderr)
        self.assertNotIn("Sanitizer", result.stderr)
        return result

    def encrypted(self, name="encrypted.json", source=PLAIN):
        """The example, encrypted, in the working folder."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.keyseat("encrypt", source).stdout)
        return path

    def copy(self, name="SqlServer.json", source=PLAIN):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, path)
        return path

    def everything_below(self, folder):
        """Each file's path and content."""
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def assertError(self, result, *parts):
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertNotIn(PASSWORD.decode(), result.stderr)
