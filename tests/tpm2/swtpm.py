# SPDX-License-Identifier: Apache-2.0
"""A TPM 2.0 in software, swtpm, that a test switches on and off, kills and stops."""

import os
import signal
import socket
import struct
import subprocess
import time

# TPM 2.0 Library Part 2 sections 6.12, 6.13 and 7.2
CAP_HANDLES = 1
CAP_TPM_PROPERTIES = 6
TRANSIENT = 0x80000000
LOADED_SESSIONS = 0x02000000
LOCKOUT_COUNTER = 0x20e
MAX_AUTH_FAIL = 0x20f

PATIENCE = 60  # seconds, for what takes milliseconds on a machine that is not busy


def wait_until(condition, what):
    """Waits for a condition, without a word about how fast this machine is."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.01)


def answers(path):
    """Whether somebody takes connections at a unix socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


class Swtpm:
    """Its state stays in the folder; what is loaded goes with the process, as with a chip's power."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = folder / "tpm"
        self.control = folder / "tpm.ctrl"
        self.tcti = f"swtpm:path={self.socket}"
        self.process = None
        (folder / "state").mkdir(parents=True)

    def start(self):
        for path in (self.socket, self.control):
            path.unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder / 'state'}",
                 "--server", f"type=unixio,path={self.socket}", "--ctrl", f"type=unixio,path={self.control}",
                 "--flags", "not-need-init,startup-clear"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until(lambda: answers(self.control) and answers(self.socket), "swtpm starts")

    def kill(self):
        """The power goes, in the middle of whatever it does."""
        if self.process:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self):
        self.kill()
        self.start()

    def power_cycle(self):
        """As an operating system does it."""
        self.tool("tpm2_shutdown", "-c")
        self.restart()

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def tool(self, *command, **how):
        """One of tpm2-tools, on this TPM; returns what it says."""
        environment = os.environ | {"TPM2TOOLS_TCTI": self.tcti, "TSS2_LOG": "all+none"}
        done = subprocess.run([*map(str, command)], env=environment, check=False, timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
        if done.returncode != 0:
            raise AssertionError(f"{command[0]}: {done.stderr.decode()}")
        return done.stdout

    def capability(self, capability, first):
        """TPM2_GetCapability (TPM 2.0 Library Part 3 section 30.2): what follows the count, four bytes at a time."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.socket))
            client.sendall(struct.pack(">HIIIII", 0x8001, 22, 0x17a, capability, first, 64))
            response = client.recv(4096)
        code, _, _, count = struct.unpack_from(">IBII", response, 6)
        if code != 0:
            raise AssertionError(f"TPM2_GetCapability: {code:#x}")
        return count, [value for value, in struct.iter_unpack(">I", response[19:])]

    def handles(self):
        """What lies in the TPM: transient objects, and sessions that are loaded."""
        return [handle for first in (TRANSIENT, LOADED_SESSIONS) for handle in self.capability(CAP_HANDLES, first)[1]]

    def property(self, number):
        return self.capability(CAP_TPM_PROPERTIES, number)[1][1]

    def extend(self, index):
        self.tool("tpm2_pcrextend", f"{index}:sha256={index:064x}")
