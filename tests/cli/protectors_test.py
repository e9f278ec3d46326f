# SPDX-License-Identifier: Apache-2.0
"""Protectors, their keys, and plugins."""

import json
import shutil
import unittest

from keyseat_case import BUILD, KEYFILE, LIBRARY_SUFFIX, PLAIN, WINDOWS, KeyseatTest, linux_only


class Protectors(KeyseatTest):
    def kid_of(self, protector):
        return json.loads(self.keyseat("protector", "export-public", protector).stdout)["kid"]

    def test_list_names_protectors_with_their_places_and_runs_no_plugin(self):
        self.configure("""{ "protectors": { "x": { "plugin": "com.example.none" },
            "r": { "public-key": "r.jwk" } } }""", key=None)
        text = self.keyseat("protector", "list").text
        self.assertRegex(text, r"x +com\.example\.none +\S+keyseat\.json:1:\d+")
        self.assertRegex(text, r"r +public key +\S+keyseat\.json:2:\d+")

    def test_status_says_that_a_key_is_missing_and_then_that_all_is_well(self):
        self.configure(key=None)
        self.assertIn(b"key-missing", self.keyseat("protector", "status", "dev", exit=6).stdout)
        self.assertError(self.keyseat("encrypt", PLAIN, exit=6), "keyseat protector create dev")
        self.keyseat("protector", "create", "dev")
        result = self.keyseat("protector", "status")
        self.assertRegex(result.text, r"dev +ok +keyfile")

    def test_status_of_a_public_key_is_its_kid(self):
        folder = self.configure()
        self.keyseat("protector", "export-public", "dev", "-o", folder / "r.jwk")
        kid = json.loads((folder / "r.jwk").read_text())["kid"]
        self.configure('{ "protectors": { "r": { "public-key": "r.jwk" } } }', key=None)
        self.assertIn(kid.encode(), self.keyseat("protector", "status", "r").stdout)

    def test_each_kind_of_key_is_made_tested_and_used(self):
        for kind in ("oct", "P-256", "P-384", "X25519", "RSA-2048"):
            with self.subTest(kind=kind):
                folder = self.configure(key=None)
                self.keyseat("protector", "create", "dev", "--key-type", kind)
                self.assertIn(b"passed", self.keyseat("protector", "test", "dev").stdout)
                encrypted = self.encrypted()
                self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())
                shutil.rmtree(folder)

    def test_a_plugin_in_a_worker_process_does_the_main_job(self):
        isolation = '{ "protectors": { "dev": { "plugin": "keyfile", "config": { "key": "dev.jwk" }, ' \
                    '"isolation": "process" } }, "rules": [ { "protect": ["dev"] } ] }'
        self.configure(isolation, key=None)
        self.keyseat("protector", "create", "dev")
        self.assertEqual(self.keyseat("decrypt", self.encrypted()).stdout, PLAIN.read_bytes())
        status = self.keyseat("protector", "status", "dev").stdout.decode()
        limits = ["programs", "memory"] if WINDOWS else ["files"]
        self.assertIn("runs in a worker process; limited in " + ", ".join(limits), status)
        document = self.keyseat("protector", "status", "dev", "--json").json()
        self.assertEqual(document["protectors"][0]["isolation"], "process")
        if WINDOWS:
            self.assertEqual(document["worker"]["limits"], limits)
        else:
            self.assertIn("system-calls", document["worker"]["limits"])

    def test_an_existing_key_is_not_replaced_silently(self):
        folder = self.configure()
        before = self.everything_below(folder)
        self.assertError(self.keyseat("protector", "create", "dev", exit=6), "dev.jwk", "--replace")
        self.keyseat("protector", "create", "dev", "--replace", exit=7, start_new_session=True)
        self.keyseat("protector", "create", "dev", "--replace", "--passphrase-fd", "0", stdin=b"no\n",
                     exit=7)
        self.assertEqual(self.everything_below(folder), before)
        self.keyseat("protector", "create", "dev", "--replace", "--passphrase-fd", "0", stdin=b"yes\n")
        self.assertNotEqual(self.everything_below(folder), before)

    def test_keys_are_listed(self):
        folder = self.configure()
        kid = self.kid_of("dev")
        text = self.keyseat("protector", "keys", "dev").text
        self.assertRegex(text, rf"^current +{kid}\n +is P-256, ECDH-ES\+A256KW\n +at \S*dev\.jwk\n")
        (folder / "dev.jwk").unlink()
        self.assertNotIn("current", self.keyseat("protector", "keys", "dev").text)

    def test_a_key_is_destroyed_once_that_is_confirmed_and_by_its_own_kid_only(self):
        folder = self.configure()
        kid = self.kid_of("dev")
        encrypted = self.encrypted()
        before = self.everything_below(folder)
        self.assertError(self.keyseat("protector", "destroy", "dev", kid[:-1], exit=6),
                         f"reaches no key '{kid[:-1]}'", "keyseat protector keys dev")
        result = self.keyseat("protector", "destroy", "dev", kid, exit=7, start_new_session=True)
        self.assertError(result, f"nobody can be asked whether to destroy key '{kid}'")
        self.keyseat("protector", "destroy", "dev", kid, "--passphrase-fd", "0", stdin=b"no\n", exit=7)
        self.assertEqual(self.everything_below(folder), before)
        result = self.keyseat("protector", "destroy", "dev", kid, "--passphrase-fd", "0", stdin=b"yes\n")
        self.assertIn(f"destroyed key {kid} of protector 'dev'", result.text)
        self.assertFalse((folder / "dev.jwk").exists())
        self.keyseat("decrypt", encrypted, exit=6)
        self.keyseat("protector", "destroy", "dev", kid, "--passphrase-fd", "0", stdin=b"yes\n", exit=6)

    def test_a_kid_may_begin_with_a_hyphen(self):
        self.configure()
        kid = "-" + 41 * "j" + "A"
        for arguments in ([kid], [kid, "--no-color"], ["--", kid], ["--quiet", "--", kid]):
            self.assertError(self.keyseat("protector", "destroy", "dev", *arguments, exit=6), f"reaches no key '{kid}'")
        self.keyseat("protector", "destroy", "dev", kid[:-1], exit=2)

    def test_the_exported_key_is_public(self):
        self.configure()
        jwk = json.loads(self.keyseat("protector", "export-public", "dev").stdout)
        self.assertEqual(jwk["alg"], "ECDH-ES+A256KW")
        self.assertFalse({"d", "k", "p", "q", "key_ops"} & set(jwk))

    def test_exporting_over_a_file_needs_force(self):
        self.configure()
        (self.work / "k.jwk").write_text("precious")
        self.keyseat("protector", "export-public", "dev", "-o", "k.jwk", exit=2)
        self.assertEqual((self.work / "k.jwk").read_text(), "precious")
        self.keyseat("protector", "export-public", "dev", "-o", "k.jwk", "--force")
        self.assertIn("kid", json.loads((self.work / "k.jwk").read_text()))

    def test_a_symmetric_key_has_no_public_half(self):
        self.configure(key=None)
        self.keyseat("protector", "create", "dev", "--key-type", "oct")
        self.keyseat("protector", "export-public", "dev", exit=5)


@linux_only("there DPAPI works")
class Dpapi(KeyseatTest):
    """Where there is no Windows."""

    def setUp(self):
        super().setUp()
        folder = self.configure(key="dev")
        self.encrypted_for_dev = self.encrypted()
        self.keyseat("protector", "export-public", "dev", "-o", folder / "recovery.jwk")
        self.configure("""{ "protectors": { "win": { "plugin": "dpapi", "config": { "key": "node.dpapi" } },
            "recovery": { "public-key": "recovery.jwk" } }, "rules": [ { "protect": ["win", "recovery"] } ] }""",
                       key=None)

    def test_decrypt_says_that_it_works_on_windows_only_and_who_else_could(self):
        result = self.keyseat("decrypt", self.encrypted_for_dev, exit=6)
        self.assertError(result, "dpapi works on Windows only",
                         "this credential also has recipients: recovery")

    def test_the_other_recipient_opens_all_the_same(self):
        self.configure("""{ "protectors": { "win": { "plugin": "dpapi" },
            "dev": { "plugin": "keyfile", "config": { "key": "dev.jwk" } } } }""", key=None)
        self.assertEqual(self.keyseat("decrypt", self.encrypted_for_dev).stdout, PLAIN.read_bytes())

    def test_every_other_command_says_so_too(self):
        for command in (("encrypt", PLAIN), ("protector", "create", "win"), ("protector", "test", "win"),
                        ("protector", "export-public", "win")):
            self.assertError(self.keyseat(*command, exit=6), "dpapi works on Windows only")
        result = self.keyseat("protector", "status", "win", exit=6)
        self.assertIn(b"dpapi works on Windows only", result.stdout)

    def test_inspect_says_what_a_recipient_needs(self):
        text = self.keyseat("inspect", self.encrypted_for_dev).text
        self.assertRegex(text, r"recovery  ECDH-ES\+A256KW.*\n +needs the key file whose key has this kid")


class Plugins(KeyseatTest):
    def test_list_names_plugins_and_who_uses_them(self):
        self.configure(key=None)
        text = self.keyseat("plugin", "list").text
        self.assertRegex(text, rf"keyfile +\S+keyfile{LIBRARY_SUFFIX}\n +used by dev")

    def test_plugins_that_are_not_built_in_and_modules_of_vendors_are_isolated_by_default(self):
        self.configure(key=None)
        isolation = {plugin["id"]: plugin["isolation"] for plugin in self.keyseat("plugin", "list", "--json").json()["plugins"]}
        expected = {"keyfile": "none", "dpapi": "none", "tpm2": "none", "pkcs11": "process"}
        self.assertEqual(isolation, {name: expected[name] for name in isolation})
        self.assertLessEqual({"keyfile", "dpapi"} if WINDOWS else set(expected), set(isolation))

    def test_info_shows_what_an_installed_plugin_is_and_takes(self):
        text = self.keyseat("plugin", "info", "keyfile").text
        for part in ("keyfile", "passphrase-source", "key", "required", "sha256"):
            self.assertIn(part, text)

    def test_info_of_a_path_runs_the_library_in_a_process_of_its_own_and_says_so(self):
        result = self.keyseat("plugin", "info", KEYFILE)
        self.assertIn("in a process of its own", result.stderr)
        self.assertEqual(result.stdout, self.keyseat("plugin", "info", "keyfile").stdout)

    def test_info_of_a_path_honours_a_pin(self):
        library = KEYFILE
        digest = self.keyseat("plugin", "info", library, "--json").json()["plugin"]["sha256"]
        self.keyseat("plugin", "describe-library", library, digest)
        answer = self.keyseat("plugin", "describe-library", library, "0" * 64).json()
        self.assertEqual(answer["error"]["code"], "plugin-refused")
        self.assertIn("not the pinned one", answer["error"]["message"])

    def test_info_says_what_a_library_does_that_cannot_be_looked_at(self):
        for name, what in (("crashes", "crashed"), ("prints", "wrote to standard output")):
            library = BUILD / "tests/plugins" / f"test.{name}-when-loaded{LIBRARY_SUFFIX}"
            self.assertError(self.keyseat("plugin", "info", library, exit=5), what)

    def test_info_of_something_else_is_refused(self):
        (self.work / "x.so").write_text("no library")
        self.assertError(self.keyseat("plugin", "info", "./x.so", exit=5), "x.so")
        self.assertError(self.keyseat("plugin", "info", "./none.so", exit=5), "none.so")
        self.assertError(self.keyseat("plugin", "info", "com.example.none", exit=3), "keyfile")


if __name__ == "__main__":
    unittest.main()
