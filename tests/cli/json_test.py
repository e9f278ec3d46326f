# SPDX-License-Identifier: Apache-2.0
"""--json: every command's output against the published schema."""

import json
import unittest

import jsonschema

from keyseat_case import CONFIGURATION, KEYFILE, PASSWORD, PLAIN, SOURCE, KeyseatTest

SCHEMA = json.loads((SOURCE / "docs/json-output.schema.json").read_text())


class Json(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    def assertConforms(self, document, definition):
        """Holds a document to one definition of the schema, and to the schema as a whole."""
        jsonschema.Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": SCHEMA["$defs"]}
                                        ).validate(document)
        jsonschema.Draft202012Validator(SCHEMA).validate(document)

    def one(self, definition, *arguments, **how):
        result = self.keyseat(*arguments, "--json", **how)
        self.assertEqual(result.stdout.count(b"\n"), 1)
        self.assertNotIn(PASSWORD, result.stdout)
        document = result.json()
        self.assertConforms(document, definition)
        return document

    def batch(self, *arguments, **how):
        result = self.keyseat(*arguments, "--json", **how)
        self.assertNotIn(PASSWORD, result.stdout)
        *files, summary = result.lines()
        for line in files:
            self.assertConforms(line, "file")
        self.assertConforms(summary, "summary-line")
        return files, summary["summary"]

    def make_tree(self):
        self.copy("defs/a.json")
        (self.work / "defs/b.json").write_text("{")
        (self.work / "defs/c.json").write_text("{}")

    def test_the_schema_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_the_schema_refuses_what_the_program_does_not_say(self):
        for document in ({}, {"file": "a"}, {"error": {"code": "x"}}, {"summary": {}}, []):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.Draft202012Validator(SCHEMA).validate(document)

    def test_encrypt_writes_a_line_for_each_file_and_a_summary(self):
        self.make_tree()
        files, summary = self.batch("encrypt", "defs", "--output-dir", "out", exit=10)
        self.assertEqual([f["status"] for f in files], ["encrypted", "failed", "skipped"])
        self.assertEqual(files[0]["secrets"][0]["pointer"],
                         "/properties/typeProperties/connectionString")
        self.assertEqual((files[0]["secrets"][0]["line"], files[0]["secrets"][0]["remains"]), (5, "rest"))
        self.assertEqual(files[0]["recipients"][0]["protector"], "dev")
        self.assertEqual(files[0]["recipients"][0]["alg"], "ECDH-ES+A256KW")
        self.assertEqual(files[1]["error"]["code"], "definition-invalid")
        self.assertEqual((files[1]["error"]["exit"], files[1]["error"]["line"]), (4, 1))
        self.assertEqual({k: summary[k] for k in ("files", "done", "skipped", "failed", "exit")},
                         {"files": 3, "done": 1, "skipped": 1, "failed": 1, "exit": 10})

    def test_encrypt_to_standard_output_is_refused(self):
        self.one("error-document", "encrypt", PLAIN, exit=2)

    def test_decrypt_plan_and_verify_write_lines(self):
        encrypted = self.encrypted()
        for arguments, status in ((["decrypt", encrypted, "-o", "p.json"], "decrypted"),
                                  (["plan", PLAIN], "planned"), (["verify", encrypted], "verified"),
                                  (["plan", encrypted], "unchanged"), (["verify", PLAIN], "no-credential")):
            with self.subTest(arguments=arguments):
                files, summary = self.batch(*arguments)
                self.assertEqual([f["status"] for f in files], [status])
                self.assertEqual(summary["exit"], 0)

    def test_the_summary_counts_what_may_be_secret(self):
        (self.work / "defs").mkdir(exist_ok=True)
        (self.work / "defs/may.json").write_text(
            '{"properties":{"type":"HttpServer","typeProperties":{"url":"https://x",'
            ' "password":"@concat(\'hunter\',\'2\')"}}}')
        files, summary = self.batch("encrypt", "defs/may.json", "-o", "may.json")
        self.assertEqual(summary["may-be-secret"], 1)
        self.assertNotIn("it holds no secret", [remark["text"] for remark in files[0]["remarks"]])
        result = self.keyseat("encrypt", "defs/may.json")
        self.assertIn("typeProperties.password: it stays in clear", result.stderr)
        self.assertNotIn("it holds no secret", result.stderr)

    def test_a_single_file_that_fails_has_its_own_code_in_line_and_summary(self):
        encrypted = self.encrypted()
        encrypted.write_text(encrypted.read_text().replace("sql01", "sql02"))
        files, summary = self.batch("decrypt", encrypted, "-o", "p.json", exit=8)
        self.assertEqual(files[0]["error"]["code"], "binding-differs")
        self.assertEqual(summary["exit"], 8)

    def test_inspect(self):
        document = self.one("inspection", "inspect", self.encrypted())
        self.assertEqual((document["credential"], document["enc"], document["binding"]),
                         ("keyseat", "A256GCM", "target"))
        self.assertEqual(document["differing"], [])
        self.assertEqual(document["recipients"][0]["protector"], "dev")
        self.one("inspection", "inspect", PLAIN)

    def test_protector_commands(self):
        self.one("protector-list", "protector", "list")
        status = self.one("protector-status", "protector", "status")["protectors"][0]
        self.assertEqual((status["name"], status["health"]), ("dev", "ok"))
        exported = self.one("exported-key", "protector", "export-public", "dev")
        self.assertEqual(exported["jwk"]["kid"], status["kid"])
        self.one("exported-key", "protector", "export-public", "dev", "-o", "k.jwk")
        test = self.one("protector-test", "protector", "test", "dev")
        self.assertTrue(all(row["passed"] for row in test["self-test"]))
        (self.config.parent / "dev.jwk").unlink()
        self.one("protector-status", "protector", "status", exit=6)
        self.one("error-document", "protector", "test", "dev", exit=6)

    def test_creating_a_key(self):
        self.configure(CONFIGURATION.replace("dev.jwk", "other.jwk"), key=None)
        self.assertTrue(self.one("created-key", "protector", "create", "dev")["kid"])
        self.one("error-document", "protector", "create", "dev", exit=6)

    def test_listing_and_destroying_keys(self):
        keys = self.one("key-list", "protector", "keys", "dev")["keys"]
        status = self.one("protector-status", "protector", "status")["protectors"][0]
        self.assertEqual([(key["kid"], key["state"], key["key-type"]) for key in keys],
                         [(status["kid"], "current", "P-256")])
        self.one("error-document", "protector", "destroy", "dev", status["kid"], exit=7)
        destroyed = self.one("destroyed-key", "protector", "destroy", "dev", status["kid"],
                             "--passphrase-fd", "0", stdin=b"yes\n")
        self.assertEqual(destroyed["destroyed"], status["kid"])

    def test_plugin_commands(self):
        ids = [p["id"] for p in self.one("plugin-list", "plugin", "list")["plugins"]]
        self.assertIn("keyfile", ids)
        by_id = self.one("plugin-info", "plugin", "info", "keyfile")
        by_path = self.one("plugin-info", "plugin", "info", KEYFILE)
        self.assertEqual(by_id, by_path)
        self.assertEqual(by_id["plugin"]["id"], "keyfile")

    def test_config_commands(self):
        shown = self.one("config-show", "config", "show")
        self.assertEqual(shown["protectors"][0]["config"]["key"]["value"], "dev.jwk")
        self.assertEqual(shown["protectors"][0]["config"]["key"]["place"]["line"], 2)
        self.assertTrue(self.one("config-check", "config", "check")["valid"])
        self.configure('{"protectorz": {}}', key=None)
        checked = self.one("config-check", "config", "check", exit=3)
        self.assertEqual((checked["valid"], checked["mistakes"][0]["line"]), (False, 1))

    def test_trusting_and_initialising(self):
        self.config = None
        (self.work / "keyseat.json").write_text(CONFIGURATION)
        self.assertTrue(self.one("config-trust", "config", "trust", "--yes")["changed"])
        self.assertFalse(self.one("config-trust", "config", "trust")["changed"])
        self.one("initialised", "init")

    def test_usage_errors_are_documents_too(self):
        document = self.one("error-document", "frobnicate", exit=2)
        self.assertEqual(document["error"]["code"], "usage")

    def test_quiet_says_nothing_but_errors(self):
        result = self.keyseat("encrypt", PLAIN, "-o", "a.json", "-q")
        self.assertEqual((result.stdout, result.stderr), (b"", ""))
        self.assertNotEqual(self.keyseat("encrypt", PLAIN, "-o", "a.json", "-q", exit=2).stderr, "")


if __name__ == "__main__":
    unittest.main()
