# SPDX-License-Identifier: Apache-2.0
"""Which module, token and key a configuration means, and what is refused."""

import shutil
import unittest

from keyseat_case import PLAIN
from token_case import PIN, SOFTHSM, TokenTest


class Selection(TokenTest):
    def test_two_tokens_of_one_name_are_listed(self):
        self.make_softhsm()
        self.make_softhsm()
        self.configure_token()
        result = self.keyseat("protector", "create", "hsm", exit=3)
        self.assertEqual(result.stderr.count("serial="), 2, result.stderr)

    def test_the_serial_tells_two_tokens_apart(self):
        self.make_softhsm()
        self.make_softhsm("other")
        listed = self.run_tool("pkcs11-tool", "--module", SOFTHSM, "--list-slots")
        serial = listed.split("token label        : other")[1].split("serial num         : ")[1].split("\n")[0]
        self.configure_token(uri=f"pkcs11:serial={serial};object=adf")
        self.create("oct")
        self.assertIn(b"other", self.keyseat("protector", "status").stdout)

    def test_two_keys_of_one_name_are_listed_and_the_id_tells_them_apart(self):
        self.make_softhsm()
        for number in ("01", "02"):
            self.pkcs11_tool("--keygen", "--key-type", "AES:32", "--label", "adf", "--id", number, "--usage-decrypt")
        self.configure_token()
        result = self.keyseat("encrypt", PLAIN, exit=3)
        self.assertError(result, "id=%01", "id=%02")
        self.configure_token(uri="pkcs11:token=test;id=%02")
        self.assertRoundTrip("A256KW")

    def test_keys_are_listed_and_one_of_them_destroyed(self):
        self.make_softhsm()
        self.configure_token(uri="pkcs11:token=test;object=adf;id=%01")
        self.create("P-256")
        self.configure_token(uri="pkcs11:token=test;object=adf;id=%02")
        self.create("oct")
        kept = self.keyseat("protector", "keys", "hsm", "--json").json()["keys"][0]
        self.assertEqual((kept["state"], kept["key-type"], kept["alg"]), ("current", "oct", "A256KW"))
        self.configure_token()
        keys = self.keyseat("protector", "keys", "hsm", "--json").json()["keys"]
        self.assertEqual([key["state"] for key in keys], ["retired", "retired"]) # no one can tell which is meant
        self.assertRegex(self.keyseat("protector", "keys", "hsm").text, r"at \S*object=adf")
        other = next(key for key in keys if key["kid"] != kept["kid"])
        self.keyseat("protector", "destroy", "hsm", other["kid"], exit=7, start_new_session=True)
        self.keyseat("protector", "destroy", "hsm", other["kid"], "--passphrase-fd", "0", stdin=b"yes\n")
        self.assertNotRegex(self.pkcs11_tool("--list-objects"), r"ID: +01")
        self.assertEqual(self.keyseat("protector", "keys", "hsm", "--json").json()["keys"], [kept])
        self.assertRoundTrip("A256KW")

    def test_before_a_key_is_destroyed_the_pin_is_asked_for_and_then_whether_it_shall_be(self):
        self.make_softhsm()
        self.configure_token()
        self.create("oct")
        kid = self.keyseat("protector", "keys", "hsm", "--json").json()["keys"][0]["kid"]
        self.configure_token(pin=False)
        destroy = ("protector", "destroy", "hsm", kid, "--passphrase-fd", "0")
        self.keyseat(*destroy, stdin=f"{PIN}\nno\n".encode(), exit=7)
        self.assertIn("adf", self.pkcs11_tool("--list-objects"))
        self.keyseat(*destroy, stdin=f"{PIN}\nyes\n".encode())
        self.assertNotIn("adf", self.pkcs11_tool("--list-objects"))

    def test_two_keys_of_one_id_are_told_apart_before_one_is_destroyed(self):
        self.make_softhsm()
        for label in ("adf", "other"):
            self.pkcs11_tool("--keygen", "--key-type", "AES:32", "--label", label, "--id", "01", "--usage-decrypt")
        self.configure_token(uri="pkcs11:token=test;id=%01")
        keys = self.keyseat("protector", "keys", "hsm", "--json").json()["keys"]
        self.assertEqual(len({key["kid"] for key in keys}), 1)
        destroy = ("protector", "destroy", "hsm", keys[0]["kid"], "--passphrase-fd", "0")
        self.assertError(self.keyseat(*destroy, stdin=b"yes\n", exit=3), "reaches several keys")
        self.configure_token(uri="pkcs11:token=test;object=other;id=%01")
        self.keyseat(*destroy, stdin=b"yes\n")
        listed = self.pkcs11_tool("--list-objects")
        self.assertIn("label:      adf", listed)
        self.assertNotIn("label:      other", listed)

    def test_a_key_that_cannot_be_used_is_listed_and_can_be_destroyed(self):
        self.make_softhsm()
        self.configure_token()
        self.create("oct")
        self.configure_token(alg="ECDH-ES+A256KW")
        self.keyseat("encrypt", PLAIN, exit=5)
        key = self.keyseat("protector", "keys", "hsm", "--json").json()["keys"][0]
        self.assertEqual((key["state"], key["key-type"]), ("retired", "oct"))
        self.keyseat("protector", "destroy", "hsm", key["kid"], "--passphrase-fd", "0", stdin=b"yes\n")
        self.assertEqual(self.keyseat("protector", "keys", "hsm", "--json").json()["keys"], [])

    def test_the_other_attributes_of_a_uri_select_too(self):
        self.make_softhsm()
        self.make_softhsm("other")
        self.configure_token(uri="pkcs11:token=other;object=adf")
        self.create("oct")
        slot = self.run_tool("pkcs11-tool", "--module", SOFTHSM, "--list-slots").split("token label        : other")[0]
        slot = int(slot.rsplit("(0x", 1)[1].split(")")[0], 16)
        for uri in (f"pkcs11:slot-id={slot};object=adf", "pkcs11:token=other;manufacturer=SoftHSM%20project;object=adf",
                    "pkcs11:token=other;model=SoftHSM%20v2;type=secret-key"):
            with self.subTest(uri=uri):
                self.configure_token(uri=uri)
                self.assertRoundTrip("A256KW")
        for uri in ("pkcs11:token=other;manufacturer=Nobody", "pkcs11:token=other;type=private"):
            with self.subTest(uri=uri):
                self.configure_token(uri=uri)
                self.assertEqual(self.keyseat("encrypt", PLAIN, exit=6).stdout, b"")

    def test_a_token_that_is_not_there_is_unavailable_and_others_are_named(self):
        self.make_softhsm("other")
        self.configure_token()
        self.assertError(self.keyseat("protector", "create", "hsm", exit=6), "token=other")
        self.assertIn(b"down", self.keyseat("protector", "status", exit=6).stdout)

    def test_a_module_that_is_not_there_is_unavailable(self):
        self.configure_token(module="/usr/lib/no-such-module.so")
        self.assertError(self.keyseat("protector", "create", "hsm", exit=6), "no-such-module.so")

    def test_a_library_that_is_no_module_is_refused(self):
        self.configure_token(module="/usr/lib/x86_64-linux-gnu/libz.so.1")
        self.assertError(self.keyseat("protector", "create", "hsm", exit=6), "no PKCS #11 module")

    def test_a_module_that_others_may_write_is_not_loaded(self):
        module = self.folder / "module.so"
        shutil.copyfile(SOFTHSM, module)
        module.chmod(0o666)
        self.configure_token(module=str(module))
        self.assertError(self.keyseat("protector", "create", "hsm", exit=6), "others may write")

    def test_a_pin_in_the_uri_is_refused_and_not_shown(self):
        self.configure_token(uri=f"pkcs11:token=test?pin-value={PIN}")
        result = self.keyseat("protector", "status", exit=3)
        self.assertError(result, "pin-source")
        self.assertNotIn(PIN, result.stderr)

    def test_a_command_as_pin_source_is_refused(self):
        self.configure_token(uri="pkcs11:token=test?pin-source=|cat%20pin")
        self.assertError(self.keyseat("protector", "status", exit=3), "command")

    def test_text_that_is_no_uri_is_refused(self):
        for uri in ("token=test", "pkcs11:type=cert", "pkcs11:colour=red", "pkcs11:id=%zz", ""):
            with self.subTest(uri=uri):
                self.configure_token(uri=uri)
                self.keyseat("protector", "status", exit=3)

    def test_a_key_for_signing_is_named_and_not_used(self):
        self.make_softhsm()
        self.pkcs11_tool("--keypairgen", "--key-type", "EC:prime256v1", "--label", "adf", "--id", "01",
                         "--usage-sign")
        self.configure_token()
        self.assertError(self.keyseat("encrypt", PLAIN, exit=5), "may not derive")

    def test_a_key_that_was_deleted_is_missing_and_no_credential_is_made_for_it(self):
        self.make_softhsm()
        self.configure_token()
        self.create("P-256")
        encrypted = self.encrypted()
        for kind in ("privkey", "pubkey"):
            self.pkcs11_tool("--delete-object", "--type", kind, "--label", "adf")
        self.keyseat("encrypt", PLAIN, exit=6)
        self.keyseat("decrypt", encrypted, exit=6)


if __name__ == "__main__":
    unittest.main()
