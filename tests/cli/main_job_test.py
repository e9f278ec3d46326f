# SPDX-License-Identifier: Apache-2.0
"""The main job: encrypt, decrypt, plan, inspect, verify one definition."""

import base64
import json
import os
import unittest

from keyseat_case import PASSWORD, PLAIN, SECURE_STRING, KeyseatTest


class MainJob(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    def test_decrypting_gives_back_the_original_byte_for_byte(self):
        for example in (PLAIN, SECURE_STRING):
            with self.subTest(example=example.name):
                encrypted = self.encrypted(source=example)
                decrypted = self.keyseat("decrypt", encrypted)
                self.assertEqual(decrypted.stdout, example.read_bytes())

    def test_an_encrypted_definition_does_not_hold_the_password_in_any_encoding(self):
        text = self.encrypted().read_bytes()
        credential = json.loads(text)["properties"]["typeProperties"]["encryptedCredential"]
        everything = text + base64.b64decode(credential)
        for spelling in (PASSWORD, PASSWORD.hex().encode(), base64.b64encode(PASSWORD).rstrip(b"="),
                         PASSWORD.decode().encode("utf-16le"), PASSWORD[::-1]):
            self.assertNotIn(spelling, everything)

    def test_an_encrypted_definition_keeps_everything_else_readable(self):
        text = self.encrypted().read_text()
        for part in ("Server=sql01.example.com", "Database=Sales", "User ID=etl_reader", "Timeout=60"):
            self.assertIn(part, text)

    def test_only_the_touched_spans_differ(self):
        before = PLAIN.read_text().splitlines()
        after = self.encrypted().read_text().splitlines()
        self.assertEqual(before[:4], after[:4])
        self.assertEqual(before[-7:], after[-7:])

    def test_encrypting_again_changes_nothing(self):
        encrypted = self.encrypted()
        again = self.keyseat("encrypt", encrypted)
        self.assertEqual(again.stdout, encrypted.read_bytes())

    def test_a_definition_without_secrets_is_written_unchanged_with_a_note(self):
        text = b'{"name":"X","properties":{"type":"HttpServer","typeProperties":{"url":"https://a.b"}}}'
        result = self.keyseat("encrypt", "-", stdin=text)
        self.assertEqual(result.stdout, text)
        self.assertIn("note:", result.stderr)

    def test_standard_input_and_output_are_a_dash(self):
        encrypted = self.keyseat("encrypt", "-", "-o", "-", stdin=PLAIN.read_bytes()).stdout
        self.assertEqual(self.keyseat("decrypt", "-", stdin=encrypted).stdout, PLAIN.read_bytes())

    def test_a_definition_with_another_server_is_refused_and_the_member_is_named(self):
        encrypted = self.encrypted()
        encrypted.write_text(encrypted.read_text().replace("sql01.example.com", "evil.example.com"))
        result = self.keyseat("decrypt", encrypted, exit=8)
        self.assertError(result, "typeProperties.connectionString")
        self.assertEqual(result.stdout, b"")

    def test_inspect_says_whether_the_definition_still_matches_without_a_key(self):
        encrypted = self.encrypted()
        os.remove(self.config.parent / "dev.jwk")
        self.assertIn(b"matches", self.keyseat("inspect", encrypted).stdout)
        encrypted.write_text(encrypted.read_text().replace("sql01.example.com", "evil.example.com"))
        self.assertIn(b"connectionString", self.keyseat("inspect", encrypted).stdout)

    def test_plan_names_secrets_and_recipients_and_needs_no_key(self):
        os.remove(self.config.parent / "dev.jwk")
        result = self.keyseat("plan", PLAIN)
        for part in (b"5:", b"/properties/typeProperties/connectionString", b"for dev", b"binding target"):
            self.assertIn(part, result.stdout)
        self.assertNotIn(PASSWORD, result.stdout)

    def test_verify_opens_every_credential_and_prints_nothing_of_it(self):
        self.encrypted("defs/a.json")
        self.encrypted("defs/deep/b.json", SECURE_STRING)
        result = self.keyseat("verify", "defs")
        self.assertEqual(result.stdout.count(b": opens"), 2)
        self.assertNotIn(PASSWORD, result.stdout)

    def test_verify_fails_where_no_key_opens(self):
        encrypted = self.encrypted()
        self.keyseat("protector", "create", "dev", "--replace", "--passphrase-fd", "0", stdin=b"yes\n")
        result = self.keyseat("verify", encrypted, exit=9)
        self.assertError(result, str(encrypted))

    def test_several_recipients_open_the_same_credential(self):
        self.configure("""{
          "protectors": {
            "dev":   { "plugin": "keyfile", "config": { "key": "dev.jwk" } },
            "other": { "plugin": "keyfile", "config": { "key": "other.jwk" } } },
          "rules": [ { "protect": ["dev", "other"] } ] }""", key="other")
        encrypted = self.encrypted()
        os.rename(self.config.parent / "dev.jwk", self.folder / "away.jwk")
        self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())

    def test_a_public_key_on_the_command_line_becomes_a_recipient(self):
        self.keyseat("protector", "export-public", "dev", "-o", "dev.pub.jwk")
        folder = self.config.parent
        os.rename(folder / "dev.jwk", folder / "kept.jwk")
        self.configure("""{ "protectors": { "other": { "plugin": "keyfile",
            "config": { "key": "other.jwk" } } }, "rules": [ { "protect": ["other"] } ] }""", "other")
        encrypted = self.work / "e.json"
        self.keyseat("encrypt", PLAIN, "-r", "dev.pub.jwk", "-o", encrypted)
        os.rename(folder / "kept.jwk", folder / "dev.jwk")
        self.configure(key=None)
        self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())

    def test_binding_type_allows_another_server_and_strict_forbids_another_name(self):
        loose = self.keyseat("encrypt", PLAIN, "--binding", "type").stdout
        self.keyseat("decrypt", "-", stdin=loose.replace(b"sql01", b"sql02"))
        strict = self.keyseat("encrypt", PLAIN, "--binding", "strict").stdout
        self.keyseat("decrypt", "-", stdin=strict.replace(b'"SqlServerLinkedService"', b'"Y"'), exit=8)

    def test_a_definition_of_another_name_or_runtime_is_refused(self):
        self.assertError(self.keyseat("encrypt", PLAIN, "--expect-name", "Other", exit=4),
                         "Other", "SqlServerLinkedService")
        self.assertError(self.keyseat("encrypt", PLAIN, "--expect-runtime", "Other", exit=4),
                         "Other", "MySelfHostedIR")
        self.keyseat("encrypt", PLAIN, "--expect-name", "SqlServerLinkedService",
                     "--expect-runtime", "MySelfHostedIR")


if __name__ == "__main__":
    unittest.main()
