# SPDX-License-Identifier: Apache-2.0
"""The option names of the cloud vendor's PowerShell command."""

import unittest

from keyseat_case import PLAIN, KeyseatTest


class VendorAliases(KeyseatTest):
    def setUp(self):
        super().setUp()
        self.configure()

    def test_the_documented_command_line_works_with_a_note_on_what_is_ignored(self):
        result = self.keyseat("encrypt", "-DataFactoryName", "f", "-ResourceGroupName", "g",
                              "-Name", "SqlServerLinkedService",
                              "-IntegrationRuntimeName", "MySelfHostedIR", "-File", PLAIN)
        self.assertEqual(self.keyseat("decrypt", "-", stdin=result.stdout).stdout, PLAIN.read_bytes())
        for name in ("-DataFactoryName", "-ResourceGroupName"):
            self.assertIn(f"{name} means nothing here", result.stderr)

    def test_aliases_work_in_any_case_and_with_a_colon(self):
        self.keyseat("encrypt", f"-file:{PLAIN}", "-NAME:SqlServerLinkedService", "-datafactory:x")
        self.keyseat("encrypt", "-DefinitionFile", PLAIN, "-o", "out.json")
        self.keyseat("encrypt", "-definitionfile", PLAIN, "-o", "out.json", "-force")
        self.keyseat("encrypt", PLAIN, "-o", "out.json", "-Force:$true")
        self.keyseat("encrypt", PLAIN, "-o", "out.json", "-Force:$false", exit=2)

    def test_a_name_or_runtime_that_contradicts_the_file_is_refused(self):
        self.keyseat("encrypt", "-File", PLAIN, "-Name", "Other", exit=4)
        self.keyseat("encrypt", "-File", PLAIN, "-IntegrationRuntimeName", "Other", exit=4)

    def test_whatif_is_a_plan_and_writes_nothing(self):
        result = self.keyseat("encrypt", "-File", PLAIN, "-o", "out.json", "-WhatIf")
        self.assertEqual(result.stdout, self.keyseat("plan", PLAIN).stdout)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_an_alias_that_the_command_does_not_take_is_named_as_it_was_typed(self):
        result = self.keyseat("decrypt", PLAIN, "-whatif", exit=2)
        self.assertError(result, "'keyseat decrypt' does not take '-whatif'")

    def test_a_file_whose_name_begins_with_a_dash_is_a_file(self):
        self.copy("-p.json")
        self.keyseat("encrypt", "-File", "-p.json", "-o", "out.json")

    def test_an_alias_without_its_value_is_a_usage_error(self):
        self.assertError(self.keyseat("encrypt", "-File", exit=2), "-File")


if __name__ == "__main__":
    unittest.main()
