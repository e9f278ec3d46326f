# SPDX-License-Identifier: Apache-2.0
"""Configurations: init, layers, trust in found ones, mistakes."""

import json
import os
import shutil
import stat
import unittest

from keyseat_case import CONFIGURATION, PLAIN, KeyseatTest, linux_only


class Init(KeyseatTest):
    def test_init_makes_a_configuration_that_works_at_once(self):
        self.keyseat("init")
        folder = self.user_folder
        self.assertEqual(json.loads((folder / "default.jwk").read_text())["crv"], "P-256")
        encrypted = self.keyseat("encrypt", PLAIN).stdout
        self.assertEqual(self.keyseat("decrypt", "-", stdin=encrypted).stdout, PLAIN.read_bytes())
        self.assertEqual(list(self.work.iterdir()), [])

    @linux_only("modes; base.Files asserts DACLs on Windows")
    def test_init_makes_them_for_this_user_alone(self):
        self.keyseat("init")
        self.assertEqual(stat.S_IMODE(self.user_folder.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE((self.user_folder / "default.jwk").stat().st_mode), 0o600)

    @linux_only("a umask")
    def test_init_makes_a_configuration_that_works_whatever_the_umask(self):
        for umask in (0o002, 0o000):
            with self.subTest(umask=oct(umask)):
                shutil.rmtree(self.user_folder, ignore_errors=True)
                self.addCleanup(os.umask, os.umask(umask))
                self.keyseat("init")
                encrypted = self.keyseat("encrypt", PLAIN).stdout
                self.assertEqual(self.keyseat("decrypt", "-", stdin=encrypted).stdout,
                                 PLAIN.read_bytes())

    def test_init_says_where_and_what_next(self):
        text = self.keyseat("init").text
        for part in (str(self.user_folder / "keyseat.json"), "keyseat encrypt", "recovery"):
            self.assertIn(part, text)

    def test_init_refuses_to_overwrite(self):
        self.keyseat("init")
        before = self.everything_below(self.home)
        self.assertError(self.keyseat("init", exit=2), "keyseat.json")
        (self.user_folder / "keyseat.json").unlink()
        self.assertError(self.keyseat("init", exit=6), "default.jwk")
        before.pop(str((self.user_folder / "keyseat.json").relative_to(self.home)))
        self.assertEqual(self.everything_below(self.home), before)


class Trust(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.found = self.work / "keyseat.json"
        self.found.write_text(CONFIGURATION)

    def test_a_found_configuration_serves_plan_and_inspect_only(self):
        self.keyseat("plan", PLAIN)
        for command in (["encrypt", PLAIN], ["decrypt", PLAIN], ["verify", PLAIN], ["import", PLAIN],
                        ["protector", "create", "dev"], ["protector", "status"], ["protector", "keys", "dev"],
                        ["protector", "destroy", "dev", "x"]):
            with self.subTest(command=command):
                result = self.keyseat(*command, exit=3)
                self.assertError(result, str(self.found), "keyseat config trust")

    def test_once_trusted_it_works_and_a_key_made_by_keyseat_keeps_the_trust(self):
        result = self.keyseat("config", "trust", "--yes")
        self.assertIn('"keyfile"', result.stderr)
        self.keyseat("protector", "create", "dev")
        self.keyseat("encrypt", PLAIN)
        kid = json.loads(self.keyseat("protector", "keys", "dev", "--json").stdout)["keys"][0]["kid"]
        self.keyseat("protector", "destroy", "dev", kid, "--passphrase-fd", "0", stdin=b"yes\n")
        self.keyseat("protector", "create", "dev")

    def test_a_changed_file_must_be_trusted_again_and_the_differing_lines_are_shown(self):
        self.keyseat("config", "trust", "--yes")
        self.found.write_text(CONFIGURATION.replace("dev.jwk", "evil.jwk"))
        self.assertError(self.keyseat("encrypt", PLAIN, exit=3), "keyseat config trust")
        shown = self.keyseat("config", "trust", "--yes").stderr
        self.assertRegex(shown, r"(?m)^- .*dev\.jwk")
        self.assertRegex(shown, r"(?m)^\+ .*evil\.jwk")
        self.assertNotIn('"rules"', shown)

    def test_a_key_that_somebody_else_exchanged_must_be_trusted_again(self):
        self.keyseat("config", "trust", "--yes")
        self.keyseat("protector", "create", "dev")
        folder = self.configure()
        shutil.copyfile(folder / "dev.jwk", self.work / "dev.jwk")
        self.config = None
        self.assertError(self.keyseat("encrypt", PLAIN, exit=3), "keyseat config trust")

    def test_trust_takes_a_yes(self):
        self.assertError(self.keyseat("config", "trust", exit=7, start_new_session=True), "--yes")
        self.keyseat("config", "trust", "--passphrase-fd", "0", stdin=b"no\n", exit=7)
        self.keyseat("encrypt", PLAIN, exit=3)
        self.keyseat("config", "trust", "--passphrase-fd", "0", stdin=b"yes\n")
        self.assertIn(b"already", self.keyseat("config", "trust").stdout)

    def test_check_and_schema_load_no_plugin_for_an_untrusted_file(self):
        self.found.write_text(CONFIGURATION.replace('"key"', '"kee"'))
        self.assertIn("not checked", self.keyseat("config", "check").stderr)


    def test_plan_says_that_it_is_not_trusted_and_which_command_trusts_it(self):
        self.assertError(self.keyseat("plan", PLAIN), "not trusted", "keyseat config trust")
        self.keyseat("config", "trust", "--yes")
        self.assertNotIn("trust", self.keyseat("plan", PLAIN).stderr)

    @linux_only("makes a FIFO")
    def test_a_fifo_in_the_place_of_a_key_file_is_not_waited_for(self):
        os.mkfifo(self.work / "dev.jwk")
        self.keyseat("plan", PLAIN)
        self.keyseat("config", "trust", "--yes")
        self.found.write_text('{ "protectors": { "r": { "public-key": "r.jwk" } },'
                              ' "rules": [ { "protect": ["r"] } ] }')
        os.mkfifo(self.work / "r.jwk")
        self.keyseat("config", "trust", "--yes")
        self.assertError(self.keyseat("encrypt", PLAIN, exit=11), "r.jwk", "no regular file")


class Check(KeyseatTest):
    @linux_only("makes a FIFO")
    def test_a_fifo_is_no_configuration(self):
        self.config = self.folder / "fifo"
        os.mkfifo(self.config)
        self.assertError(self.keyseat("config", "show", exit=11), "fifo", "no regular file")

    def test_isolation_that_does_not_exist_is_refused_with_its_place(self):
        text = '{ "protectors": {\n"dev": { "plugin": "keyfile", "isolation": "thread" } } }'
        self.configure(text, key=None)
        self.assertError(self.keyseat("plan", PLAIN, exit=3), ":2:44: ", "process", "none")
        self.configure(text.replace("thread", "none"), key=None)
        self.keyseat("config", "show")

    def test_a_variable_that_could_load_code_is_never_passed_on(self):
        isolation = '{ "environment": ["LD_PRELOAD"] }'
        self.configure('{ "protectors": {\n"dev": { "plugin": "keyfile", "config": { "key": "k" }, '
                       '"isolation": %s } } }' % isolation, key=None)
        self.assertError(self.keyseat("protector", "status", exit=3), "LD_PRELOAD", "never passed on")

    def test_every_mistake_is_reported_at_once_with_line_and_column(self):
        self.configure("""{
  "protectors": {
    "dev": { "plugin": "keyfile", "config": { "kee": "dev.jwk" } },
    "Bad Name": { "plugin": "keyfile" },
    "none": { "plugin": "com.example.none" }
  },
  "rulez": [],
  "rules": [ { "protect": ["prod"], "binding": "loose" } ]
}""", key=None)
        result = self.keyseat("config", "check", exit=3)
        name = str(self.config)
        for line in (3, 4, 5, 7, 8):
            self.assertRegex(result.stderr, rf"(?m){name}:{line}:\d+: ")
        for part in ("kee", "Bad Name", "com.example.none", "rulez", "prod", "loose"):
            self.assertIn(part, result.stderr)

    def test_other_commands_report_all_mistakes_of_the_file_too(self):
        self.configure('{ "protectorz": {},\n"rules": [ { "protect": ["prod"] } ] }', key=None)
        self.assertError(self.keyseat("encrypt", PLAIN, exit=3), ":1:", "protectorz", ":2:", "prod")

    def test_a_sound_configuration_has_no_mistakes(self):
        self.configure()
        self.assertIn(b"no mistakes", self.keyseat("config", "check").stdout)

    def test_a_configuration_that_is_not_there_is_named(self):
        self.config = self.folder / "nowhere.json"
        self.assertError(self.keyseat("config", "show", exit=3), "nowhere.json")

    def test_show_names_the_origin_of_each_value(self):
        self.configure()
        text = self.keyseat("config", "show").text
        self.assertIn(f"{self.config} (named)", text)
        self.assertRegex(text, r"dev: plugin keyfile +\S+keyseat\.json:2:\d+")
        self.assertRegex(text, r"key = dev\.jwk +\S+keyseat\.json:2:\d+")
        self.assertRegex(text, r"always: dev +\S+keyseat\.json:3:\d+")

    def test_the_nearest_rules_win_and_show_says_so(self):
        self.keyseat("init")
        (self.work / "keyseat.json").write_text(CONFIGURATION)
        shown = self.keyseat("config", "show", "--json").json()
        self.assertEqual([f["layer"] for f in shown["files"]], ["found", "user"])
        self.assertEqual([r["protect"] for r in shown["rules"]], [["dev"]])
        self.assertEqual([(p["name"], p["layer"]) for p in shown["protectors"]],
                         [("dev", "found"), ("default", "user")])

    def test_the_schema_knows_the_options_of_installed_plugins(self):
        schema = self.keyseat("config", "schema").json()
        self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        self.assertIn("passphrase-source", json.dumps(schema))


if __name__ == "__main__":
    unittest.main()
