# SPDX-License-Identifier: Apache-2.0
"""PINs: wrong ones, how many tries are left, the TPM's lockout and its end."""

import re
import unittest

from swtpm import LOCKOUT_COUNTER, MAX_AUTH_FAIL, wait_until
from tpm_case import PIN, WRONG_PIN, TpmTest


class Pins(TpmTest):
    """In both modes, which count in the same TPM."""

    def make_node(self, mode="sealed", most_tries=4, recovery=1000):
        self.tpm.tool("tpm2_dictionarylockout", "--setup-parameters", "--max-tries", most_tries, "--recovery-time",
                      recovery, "--lockout-recovery-time", 1000)
        self.write_pin(PIN)
        self.configure_tpm(mode=mode, pin=True)
        self.create("--encrypted")
        self.encrypted()

    def assertWrong(self, tries):
        result = self.decrypt(exit=7)
        self.assertError(result, "PIN of node.tpm2 was wrong", tries)
        self.assertNotIn(WRONG_PIN, result.stderr)

    def lock(self):
        self.write_pin(WRONG_PIN)
        while self.tpm.property(LOCKOUT_COUNTER) < self.tpm.property(MAX_AUTH_FAIL):
            self.decrypt(exit=7)

    def test_a_wrong_pin_is_tried_once_and_shows_the_tries_left(self):
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.key_file = self.folder / "configuration" / mode / "node.tpm2"
                self.key_file.parent.mkdir(parents=True)
                self.make_node(mode)
                self.write_pin(WRONG_PIN)
                self.assertWrong("3 tries left")
                self.assertWrong("2 tries left")
                self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 2)
                self.assertEqual(self.status()["details"]["tries_left"], 2)
                self.write_pin(PIN)
                self.assertDecrypts()
                self.tpm.tool("tpm2_dictionarylockout", "--clear-lockout")
                self.assertNothingLeft()

    def test_a_person_is_asked_again_and_sees_the_tries_left(self):
        self.make_node()
        self.configure_tpm()
        answers = f"{WRONG_PIN}\n{PIN}\n".encode()
        result = self.keyseat("decrypt", self.work / "encrypted.json", "--passphrase-fd", "0", stdin=answers)
        self.assertIn(b"Fake-Passw0rd", result.stdout)
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 1)

    def test_lockout_is_recognised_with_its_time_and_no_further_try(self):
        self.make_node(most_tries=2)
        self.lock()
        self.write_pin(PIN)
        result = self.decrypt(exit=7)
        self.assertError(result, "in lockout for up to another 1000 s", "TPM_RC_LOCKOUT 0x921", "try again in 17 min",
                         "tpm2_dictionarylockout --clear-lockout")
        self.pin_file.unlink()
        self.decrypt(exit=7)  # nobody is asked
        status = self.status(exit=6)
        self.assertEqual((status["details"]["locked"], status["details"]["tries_left"]), (True, 0))
        self.assertIn("in lockout", status["message"])

    def test_lockout_ends_as_the_administrator_says(self):
        self.make_node(most_tries=2)
        self.lock()
        self.write_pin(PIN)
        self.decrypt(exit=7)
        self.tpm.tool("tpm2_dictionarylockout", "--clear-lockout")
        self.assertDecrypts()

    def test_lockout_ends_by_itself(self):
        self.make_node(most_tries=1, recovery=2)
        self.write_pin(WRONG_PIN)
        self.decrypt(exit=7)
        self.write_pin(PIN)
        wait_until(lambda: self.tpm.property(LOCKOUT_COUNTER) == 0, "the TPM forgets the wrong PIN")
        self.assertDecrypts()

    def test_status_and_encrypting_use_up_no_try_and_take_no_pin(self):
        self.make_node()
        self.pin_file.unlink()
        self.encrypted("another.json")
        status = self.status()
        self.assertEqual(status["health"], "ok")
        self.assertIn("4 tries of the PIN left", status["message"])
        self.assertRegex(status["details"]["manufacturer"], "^[A-Z]+$")
        self.assertRegex(status["details"]["firmware"], r"^\d+\.\d+\.\d+\.\d+$")
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 0)

    def test_a_locked_tpm_opens_keys_that_have_no_pin(self):
        self.make_node(most_tries=1)
        self.lock()
        self.key_file = self.folder / "configuration" / "other.tpm2"
        self.configure_tpm()
        self.create()
        self.encrypted()
        self.assertDecrypts()

    def test_a_short_pin_is_refused_before_anything_is_made(self):
        self.configure_tpm(pin=True)
        self.write_pin("12345")
        self.assertError(self.create("--encrypted", exit=7), "6 to 32 bytes")
        self.assertFalse(self.key_file.exists())

    def test_the_pin_stands_in_no_output(self):
        self.make_node()
        outputs = [self.keyseat("-v", "decrypt", self.work / "encrypted.json"),
                   self.keyseat("-v", "protector", "status", "node"), self.keyseat("-v", "protector", "test", "node")]
        for result in outputs:
            self.assertIsNone(re.search(PIN, result.text + result.stderr))


if __name__ == "__main__":
    unittest.main()
