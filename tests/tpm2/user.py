# SPDX-License-Identifier: Apache-2.0
"""use_key: a process that lives longer than one command, as a runtime does."""

import json
import subprocess

from program import BUILD
from swtpm import PATIENCE


class User:
    """Its options are those of the plugin, with _ for -."""

    def __init__(self, environment, **options):
        arguments = [f"{name.replace('_', '-')}={value}" for name, value in options.items()]
        self.process = subprocess.Popen([BUILD / "tests" / "use_key", *arguments], env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def begin(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def finish(self):
        answer = self.process.stdout.readline()
        if not answer:
            raise AssertionError(f"use_key ended with {self.process.wait(PATIENCE)}")
        return json.loads(answer)

    def do(self, line):
        """One line of work, and what came of it."""
        self.begin(line)
        return self.finish()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
