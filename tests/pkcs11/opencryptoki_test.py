# SPDX-License-Identifier: Apache-2.0
"""opencryptoki, a module whose token is served by a daemon of the machine."""

import subprocess
import unittest
from pathlib import Path

from token_case import DaemonTokenTest

OPENCRYPTOKI = "/usr/lib/x86_64-linux-gnu/pkcs11/libopencryptoki.so"


class Opencryptoki(DaemonTokenTest):
    """Its software token is the machine's: one test at a time, as root."""

    LABEL = "keyseat-test"
    SLOT = ["--slot", "3"]  # of the software token in Debian's configuration
    FIRST_SO_PIN = "87654321"

    def setUp(self):
        super().setUp()
        Path("/run/opencryptoki").mkdir(exist_ok=True)
        if not self.is_served():
            self.start("pkcsslotd", "-f")
            self.wait_for("pkcsslotd", self.is_served)
        tool = ["pkcs11-tool", "--module", OPENCRYPTOKI, *self.SLOT]
        self.run_tool(*tool, "--init-token", "--so-pin", self.FIRST_SO_PIN, "--label", self.LABEL)
        self.run_tool(*tool, "--login", "--login-type", "so", "--so-pin", self.FIRST_SO_PIN, "--init-pin", "--new-pin",
                      "12345678")
        self.write_pin("12345678")

    def is_served(self):
        listed = subprocess.run(["pkcs11-tool", "--module", OPENCRYPTOKI, "--list-slots"], env=self.environment,
                                capture_output=True, timeout=60, check=False)
        return b"Slot 0" in listed.stdout

    def test_a_created_key_serves_rsa(self):
        self.configure_token(module=OPENCRYPTOKI, uri=f"pkcs11:token={self.LABEL};object=adf",
                             isolation={"write": ["/var/lib/opencryptoki", "/var/lock/opencryptoki", "/run/opencryptoki",
                                                  "/dev/shm"]})
        self.create("RSA-2048")
        self.assertRoundTrip("RSA-OAEP-256")


if __name__ == "__main__":
    unittest.main()
