# SPDX-License-Identifier: Apache-2.0
"""How the program uses libcrypto: without the configuration of OPENSSL_CONF, which makes it load libraries, and in one
context for host and plugin, since making one takes as long as starting a small program."""

import subprocess
import unittest

from keyseat_case import BUILD, CONFIGURATION, PLAIN, KeyseatTest, linux_only

HOSTILE = """openssl_conf = all
[all]
providers = providers
[providers]
marks = marks
[marks]
module = {}
activate = 1
"""


@linux_only("the libcrypto of the Windows build has no modules to load")
class OpensslConfigurationTest(KeyseatTest):
    def setUp(self):
        super().setUp()
        configuration = self.folder / "openssl.cnf"
        configuration.write_text(HOSTILE.format(BUILD / "tests" / "marks_loading.so"))
        self.mark = self.folder / "mark"
        self.environment["OPENSSL_CONF"] = str(configuration)
        self.environment["MARKS_LOADING"] = str(self.mark)

    def test_makes_a_program_that_reads_it_load_a_library(self):
        subprocess.run(
            ["openssl", "list", "-providers"], env=self.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=60, check=False)
        self.assertTrue(self.mark.exists())

    def test_makes_keyseat_load_nothing(self):
        self.configure(CONFIGURATION)
        encrypted = self.encrypted()
        self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())
        self.keyseat("protector", "test", "dev")
        self.assertFalse(self.mark.exists())

    def test_one_context_serves_the_program_and_its_plugin(self):
        self.configure(CONFIGURATION)
        count = self.folder / "count"
        self.environment["COUNTS_CONTEXTS"] = str(count)
        self.environment["LD_PRELOAD"] = str(BUILD / "tests" / "counts_contexts.so")
        self.keyseat("encrypt", PLAIN)
        self.assertEqual(count.read_text(), "x")


if __name__ == "__main__":
    unittest.main()
