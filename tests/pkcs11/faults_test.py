# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a module at fault: exit codes, messages, and that the same command works when the fault is over."""

import struct
import time
import unittest

from keyseat_case import BUILD, PLAIN
from token_case import TokenTest

FAULTY_MODULE = BUILD / "tests" / "faulty_module.so"
PLAN = struct.Struct("=III4xqII32sI4xq")  # struct fault_plan of faults/plan.h
NONE, HANG, CRASH = 0, 4, 6
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
        configuration.write_text(text + "slots.mechanisms = CKM_AES_KEY_GEN,CKM_AES_GCM\n")
        self.assertRefused("the token offers no mechanism by which this key may wrap and unwrap", "README", exit=5)
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

    def configure_faulty_module(self, fault, first, last):
        """SoftHSM behind a module that spoils the calls from the one to the other (faults/plan.h)."""
        plan = self.folder / "fault-plan"
        plan.write_bytes(PLAN.pack(fault, first, last, 0, 0, 0, b"", 0, 0))
        self.environment["FAULTY_MODULE_PLAN"] = str(plan)
        self.configure_token(module=str(FAULTY_MODULE), isolation={
            "write": [str(self.folder)], "environment": ["FAULTY_MODULE_PLAN"]})
        return lambda: PLAN.unpack(plan.read_bytes())

    def test_a_module_that_crashes_is_named_and_the_next_run_works(self):
        self.configure_faulty_module(CRASH, 20, TO_THE_END)
        self.assertRefused("signal 4", "pkcs11", "unwrap")
        self.configure_faulty_module(NONE, 0, 0)
        self.assertOpens()

    def test_a_module_that_crashes_once_does_not_keep_a_batch_from_being_done(self):
        for number in range(4):
            (self.work / "batch").mkdir(exist_ok=True)
            (self.work / "batch" / f"{number}.json").write_bytes(self.definition.read_bytes())
        plan = self.configure_faulty_module(CRASH, 20, 20)  # before the PIN is handed over: the call is made again
        self.keyseat("decrypt", "batch", "--output-dir", "plain")
        self.assertEqual(plan()[5], 1, "crashes")
        for number in range(4):
            self.assertEqual((self.work / "plain" / f"{number}.json").read_bytes(), PLAIN.read_bytes())

    def test_a_module_that_hangs_is_given_up_after_a_minute_and_the_next_run_works(self):
        self.configure_faulty_module(HANG, 20, TO_THE_END)
        begin = time.monotonic()
        self.assertError(self.keyseat("protector", "status", exit=6), "did not answer status within 5000 ms")
        self.assertLess(time.monotonic() - begin, 30)
        self.configure_faulty_module(HANG, 20, TO_THE_END)
        begin = time.monotonic()
        self.assertRefused("did not answer unwrap within 60000 ms")
        self.assertLess(time.monotonic() - begin, 90)
        self.configure_faulty_module(NONE, 0, 0)
        self.assertOpens()


if __name__ == "__main__":
    unittest.main()
