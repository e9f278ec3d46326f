# SPDX-License-Identifier: Apache-2.0
"""tpm2-pkcs11, a module whose token is a TPM."""

import subprocess
import unittest

from token_case import PIN, SO_PIN, DaemonTokenTest

TPM2_PKCS11 = "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so"


class TpmModule(DaemonTokenTest):
    """swtpm behind tpm2-abrmd on a message bus of the test's own."""

    def setUp(self):
        super().setUp()
        store, state, tpm = self.folder / "store", self.folder / "state", self.folder / "tpm"
        store.mkdir()
        state.mkdir()
        self.start("swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--server", f"type=unixio,path={tpm}",
                   "--ctrl", f"type=unixio,path={tpm}.ctrl", "--flags", "not-need-init,startup-clear")
        self.wait_for("swtpm", tpm.exists)
        bus = f"unix:path={self.folder}/bus"
        self.start("dbus-daemon", "--session", "--nofork", f"--address={bus}")
        self.environment |= {"DBUS_SESSION_BUS_ADDRESS": bus, "TPM2_PKCS11_STORE": str(store),
                             "TPM2_PKCS11_TCTI": "tabrmd:bus_type=session", "TPM2TOOLS_TCTI": "tabrmd:bus_type=session",
                             "TSS2_LOG": "all+none"}
        self.wait_for("dbus-daemon", (self.folder / "bus").exists)
        self.start("tpm2-abrmd", "--session", "--allow-root", f"--tcti=swtpm:path={tpm}")
        self.wait_for("tpm2-abrmd", self.has_manager)
        for command in (["init"], ["addtoken", "--pid", "1", "--sopin", SO_PIN, "--userpin", PIN, "--label", "test"],
                        ["addkey", "--label", "test", "--key-label", "adf", "--userpin", PIN, "--algorithm", "rsa2048"]):
            self.run_tool("tpm2_ptool", *command, "--path", store)

    def has_manager(self):
        asked = subprocess.run(
            ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/",
             "org.freedesktop.DBus.NameHasOwner", "string:com.intel.tss2.Tabrmd"],
            env=self.environment, capture_output=True, timeout=60, check=False)
        return b"true" in asked.stdout

    def test_a_key_that_its_own_tool_made_serves_rsa(self):
        self.configure_token(module=TPM2_PKCS11)
        self.assertRoundTrip("RSA-OAEP-256")
        details = self.keyseat("protector", "status", "--json").json()["protectors"][0]["details"]
        self.assertTrue(details["hardware"])


if __name__ == "__main__":
    unittest.main()
