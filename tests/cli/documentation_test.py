# SPDX-License-Identifier: Apache-2.0
"""What pages and messages tell people to type exists."""

import re
import unittest

from keyseat_case import SOURCE, KeyseatTest

PAGES = ["docs/*.md", "sdk/README.md", "plugins/*/README.md", "*.md"]
SOURCES = ["cli/*.cc", "framework/**/*.cc", "framework/**/*.h", "plugins/**/*.cc", "sdk/**/*.cc"]

# A command where somebody would type it: in backticks, at the start of an indented line. Not a label of
# the cryptography such as "keyseat commit v1".
IN_PAGE = re.compile(r"(?:`|^ +)keyseat (?!\w+ v\d)([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.M)
IN_SOURCE = re.compile(r"keyseat (?!\w+ v\d)([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')


class Commands(KeyseatTest):
    def names(self, *group):
        text = self.keyseat(*group, "--help").text
        section = text.split("Subcommands:\n")[1].split("\n\n")[0]
        return set(re.findall(r"^  ([a-z][a-z-]*)", section, re.M))

    def setUp(self):
        super().setUp()
        self.commands = {name: set() for name in self.names()}
        for group in ("protector", "plugin", "config"):
            self.commands[group] = self.names(group)

    def unknown(self, pattern, text):
        return [match.group() for match in pattern.finditer(text)
                if match[1] not in self.commands
                or self.commands[match[1]] and match[2] not in self.commands[match[1]]]

    def test_those_that_do_not_exist_are_found(self):
        text = "`keyseat doctor`\n    keyseat plugin trust X\n`keyseat encrypt x.json`"
        self.assertEqual(len(self.unknown(IN_PAGE, text)), 2)

    def test_of_the_pages_exist(self):
        pages = [page for pattern in PAGES for page in SOURCE.glob(pattern)]
        self.assertGreater(len(pages), 8)
        for page in pages:
            with self.subTest(page=page):
                self.assertEqual(self.unknown(IN_PAGE, page.read_text()), [])

    def test_of_the_table_exist(self):
        table = (SOURCE / "docs/commands.md").read_text()
        rows = re.findall(r"^\| `([a-z-]+)(?: ([a-z-]+))?[^|]*\| [^|]*\|[^|]*\|[^|]*\|$", table, re.M)
        self.assertGreater(len(rows), 15)
        for command, word in rows:
            self.assertIn(command, self.commands)
            if self.commands[command]:
                self.assertIn(word, self.commands[command])

    def test_of_the_messages_exist(self):
        found = 0
        for source in (source for pattern in SOURCES for source in SOURCE.glob(pattern)):
            for literal in LITERAL.findall(source.read_text()):
                found += len(IN_SOURCE.findall(literal))
                with self.subTest(source=source, literal=literal):
                    self.assertEqual(self.unknown(IN_SOURCE, literal), [])
        self.assertGreater(found, 20)


if __name__ == "__main__":
    unittest.main()
