# SPDX-License-Identifier: Apache-2.0
"""PINs: where they come from, wrong ones, and where none is wanted."""

import unittest

from keyseat_case import PLAIN
from token_case import PIN, SOFTHSM, SO_PIN, TokenTest

SPY = "/usr/lib/x86_64-linux-gnu/pkcs11/pkcs11-spy.so"


class Pins(TokenTest):
    def setUp(self):
        super().setUp()
        self.make_softhsm()
        self.configure_token()

    def assertHidden(self, result, pin=PIN):
        self.assertNotIn(pin, result.stderr)
        self.assertNotIn(pin.encode(), result.stdout)

    def test_a_wrong_pin_in_a_file_is_an_authentication_failure_and_is_tried_once(self):
        self.create("oct")
        encrypted = self.encrypted()
        self.write_pin("0000-wrong-pin")
        result = self.keyseat("decrypt", encrypted, exit=7)
        self.assertError(result, "wrong")
        self.assertHidden(result, "0000-wrong-pin")
        self.assertIn(b"a wrong PIN was given before", self.keyseat("protector", "status").stdout)
        self.write_pin(PIN)
        self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())

    def test_a_wrong_pin_is_tried_once_for_many_files(self):
        self.create("P-256")
        for number in range(5):
            self.encrypted(f"encrypted{number}.json")
        log = self.folder / "spy.log"
        suppressions = self.folder / "suppressions"
        suppressions.write_text("leak:pkcs11-spy.so\n")  # which keeps its own tables
        self.environment |= {"PKCS11SPY": SOFTHSM, "PKCS11SPY_OUTPUT": str(log),
                             "LSAN_OPTIONS": f"suppressions={suppressions}:print_suppressions=0"}
        self.configure_token(module=SPY, isolation="none")  # a worker gets no variable of the spy's
        self.write_pin("0000-wrong-pin")
        self.keyseat("verify", self.work, exit=10)
        self.assertEqual(log.read_text().count(": C_Login\n"), 1)

    def test_a_pin_that_was_changed_meanwhile_is_told(self):
        self.create("P-256")
        encrypted = self.encrypted()
        self.run_tool("pkcs11-tool", "--module", SOFTHSM, "--login", "--login-type", "so", "--so-pin", SO_PIN,
                      "--init-pin", "--new-pin", "9999-new-pin")
        self.keyseat("decrypt", encrypted, exit=7)
        self.write_pin("9999-new-pin")
        self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())

    def test_a_file_that_others_may_read_gives_no_pin(self):
        self.pin_file.chmod(0o644)
        self.assertError(self.keyseat("protector", "create", "hsm", exit=7), "chmod 600")

    def test_a_credential_of_systemd_gives_the_pin(self):
        self.configure_token(pin=False, pin_source="credential:hsm-pin")
        credentials = self.folder / "credentials"
        credentials.mkdir()
        (credentials / "hsm-pin").write_text(PIN + "\n")
        self.environment["CREDENTIALS_DIRECTORY"] = str(credentials)
        self.create("oct")
        self.assertRoundTrip("A256KW")

    def test_nobody_to_ask_is_an_authentication_failure(self):
        self.configure_token(pin=False)
        result = self.keyseat("protector", "create", "hsm", exit=7, start_new_session=True)
        self.assertError(result, "PIN of token")

    def test_the_pin_source_of_the_uri_is_read_and_a_wrong_pin_there_is_not_tried_again(self):
        uri = f"pkcs11:token=test;object=adf?pin-source=file:{self.pin_file}"
        self.configure_token(uri=uri, pin=False)
        self.create("oct")
        self.assertRoundTrip("A256KW")
        encrypted = self.encrypted()
        self.write_pin("0000-wrong-pin")
        self.assertHidden(self.keyseat("decrypt", encrypted, exit=7), "0000-wrong-pin")
        self.pin_file.chmod(0o644)
        self.assertError(self.keyseat("decrypt", encrypted, exit=6), "others may read")

    def test_encrypting_to_a_key_pair_takes_no_pin(self):
        self.create("P-256")
        self.pin_file.unlink()
        self.encrypted()

    def test_status_takes_no_pin(self):
        self.create("RSA-2048")
        self.pin_file.unlink()
        self.assertIn(b"ok", self.keyseat("protector", "status").stdout)


if __name__ == "__main__":
    unittest.main()
