# SPDX-License-Identifier: Apache-2.0
"""What the tests of the pkcs11 plugin have in common: tokens of SoftHSM and NSS, made by the programs that come with them."""

import json
import subprocess
import time

from keyseat_case import PLAIN, KeyseatTest

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
SOFTOKN = "/usr/lib/x86_64-linux-gnu/libsoftokn3.so"
PIN = "5678-user-pin"
SO_PIN = "1234-so-pin"


class TokenTest(KeyseatTest):
    """A test with a folder of its own that has a SoftHSM without tokens, and a file with the PIN."""

    def setUp(self):
        super().setUp()
        tokens = self.folder / "tokens"
        tokens.mkdir()
        configuration = self.folder / "softhsm2.conf"
        configuration.write_text(
            f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.environment["SOFTHSM2_CONF"] = str(configuration)
        self.pin_file = self.folder / "pin"
        self.write_pin(PIN)

    def write_pin(self, pin):
        self.pin_file.write_text(pin)
        self.pin_file.chmod(0o600)

    def run_tool(self, *command, **how):
        """Runs somebody else's program, which shall succeed."""
        done = subprocess.run([*map(str, command)], env=self.environment, timeout=60, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        return done.stdout.decode()

    def make_softhsm(self, label="test"):
        self.run_tool("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", PIN)

    def make_nss(self):
        folder = self.folder / "nss"
        folder.mkdir()
        self.run_tool("certutil", "-N", "-d", f"sql:{folder}", "-f", self.pin_file)
        return {"module": SOFTOKN,
                "module-parameters": f"configdir='sql:{folder}' certPrefix='' keyPrefix='' secmod='' flags="}

    def configure_token(self, uri="pkcs11:token=test;object=adf", module=SOFTHSM, pin=True, isolation=None,
                        **options):
        """One protector, hsm. `module` None: p11-kit's modules."""
        settings = {"uri": uri, **{name.replace("_", "-"): value for name, value in options.items()}}
        if module:
            settings["module"] = module
        if pin:
            settings["pin-source"] = str(self.pin_file)
        protectors = {"hsm": {"plugin": "pkcs11", "config": settings,
                              "isolation": isolation or {"write": [str(self.folder)]}}}
        self.configure(json.dumps({"protectors": protectors, "rules": [{"protect": ["hsm"]}]}), key=None)

    def create(self, key_type):
        self.keyseat("protector", "create", "hsm", "--key-type", key_type)

    def assertRoundTrip(self, alg):
        encrypted = self.encrypted()
        self.assertEqual(self.keyseat("decrypt", encrypted).stdout, PLAIN.read_bytes())
        self.keyseat("verify", encrypted)
        self.assertIn(alg, self.keyseat("inspect", encrypted).stdout.decode().split())
        tested = self.keyseat("protector", "test", "hsm").stdout.decode()
        self.assertIn("passed  round-trip", tested)
        self.assertIn("passed  refusal", tested)

    def pkcs11_tool(self, *arguments):
        return self.run_tool("pkcs11-tool", "--module", SOFTHSM, "--login", "--pin", PIN, *arguments)


class DaemonTokenTest(TokenTest):
    def start(self, *command):
        """A daemon that ends with the test."""
        daemon = subprocess.Popen([*map(str, command)], env=self.environment, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(daemon.wait)
        self.addCleanup(daemon.terminate)

    def wait_for(self, what, is_there):
        deadline = time.monotonic() + 60
        while not is_there():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)
