# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a module at fault: exit codes, messages, and that the same command works when the fault is over."""

import struct
import unittest

from keyseat_case import BUILD, PLAIN
from token_case import SOFTHSM, TokenTest

FAULTY_MODULE = BUILD / "tests" / "faulty_module.so"
PLAN = struct.Struct("=III4xqII32sI4x")  # struct fault_plan of faults/plan.h
CRASH, HANG = 6, 4
TO_THE_END = 0xffffffff


class Faults(TokenTest):
    """A token with an AES key, and a credential that it has wrapped."""

    def setUp(self):
        super().setUp()
        self.make_softhsm()
        self.configure_token()
        self.create("oct")
        self.definition = self.encrypted()

    def assertRefused(self, *parts, exit=6):
        """No file is written, and the failure has a message of these parts."""
        output = self.work / "plain.json"
        result = self.keyseat("decrypt", self.definition, "-o", output, exit=exit)
        self.assertError(result, *parts)
        self.assertFalse(output.exists())
        self.assertEqual(result.stdout, b"")

    def assertOpens(self):
        self.assertEqual(self.keyseat("decrypt", self.definition).stdout, PLAIN.read_bytes())

    def test_a_wrong_path_of_the_module_is_named(self):
        self.configure_token(module="/usr/lib/softhsm/libsofthsm3.so")
        self.assertRefused("/usr/lib/softhsm/libsofthsm3.so", "cannot be loaded", "option 'module'")
        self.configure_token()
        self.assertOpens()

    def test_a_module_without_the_mechanism_is_unsupported_and_wraps_nothing_by_another_one(self):
        configuration = self.folder / "softhsm2.conf"
        text = configuration.read_text()
        configuration.write_text(text + "slots.mechanisms = -CKM_AES_KEY_WRAP\n")
        self.assertRefused("CKM_AES_KEY_WRAP", exit=5)
        self.keyseat("encrypt", PLAIN, exit=5)
        configuration.write_text(text)
        self.assertOpens()

    def test_a_token_that_is_taken_away_is_unavailable_and_serves_when_it_is_back(self):
        away = self.folder / "away"
        (self.folder / "tokens").rename(away)
        (self.folder / "tokens").mkdir()
        self.assertRefused("no token of the module", "plug it in")
        self.assertIn(b"down", self.keyseat("protector", "status", exit=6).stdout)
        (self.folder / "tokens").rmdir()
        away.rename(self.folder / "tokens")
        self.assertOpens()

    def test_a_key_that_was_deleted_is_said_to_be_missing(self):
        self.pkcs11_tool("--delete-object", "--type", "secrkey", "--label", "adf")
        self.assertRefused("has no key that the URI means")


class FaultyModule(Faults):
    pass


if __name__ == "__main__":
    unittest.main()
