# SPDX-License-Identifier: Apache-2.0
"""A token of another machine, over p11-kit's remote protocol."""

import re
import subprocess
import time
import unittest
from pathlib import Path

from token_case import SOFTHSM, TokenTest

CLIENT = "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so"


class Remote(TokenTest):
    def wait_until_it_listens(self, address):
        """p11-kit's server says its address before it listens there. To connect would start a process of the token's."""
        accepts_connections = "00010000"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for line in Path("/proc/net/unix").read_text().splitlines():
                flags, path = line.split()[3], line.split()[-1]
                if path == address and flags == accepts_connections:
                    return
            time.sleep(0.01)
        self.fail(f"nothing listens at {address}")

    def test_a_token_of_another_machine_serves_rsa(self):
        self.make_softhsm()
        server = subprocess.run(
            ["p11-kit", "server", "--provider", SOFTHSM, "pkcs11:token=test"], env=self.environment | {
                "XDG_RUNTIME_DIR": str(self.folder)}, stdout=subprocess.PIPE, timeout=30, check=True)
        variables = dict(re.findall(r"(P11_KIT_SERVER_\w+)=([^;\n]+)", server.stdout.decode()))
        self.addCleanup(subprocess.run, ["kill", variables["P11_KIT_SERVER_PID"]], check=False)
        self.environment["P11_KIT_SERVER_ADDRESS"] = variables["P11_KIT_SERVER_ADDRESS"]
        self.wait_until_it_listens(variables["P11_KIT_SERVER_ADDRESS"].removeprefix("unix:path="))
        self.configure_token(module=CLIENT)
        self.create("RSA-2048")
        self.assertRoundTrip("RSA-OAEP")
        mechanisms = self.keyseat("protector", "status", "--json").json()["protectors"][0]["details"]["mechanisms"]
        self.assertNotIn("CKM_ECDH1_DERIVE", mechanisms)


if __name__ == "__main__":
    unittest.main()
