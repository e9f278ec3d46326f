# SPDX-License-Identifier: Apache-2.0
"""Many who use one TPM at once: through tpm2-abrmd, and without a resource manager."""

import subprocess
import unittest

from swtpm import PATIENCE, wait_until
from tpm_case import TpmTest
from user import User

THREADS = 8
PROCESSES = 4
ROUNDS = 6


class SharingTpmTest(TpmTest):
    def setUp(self):
        super().setUp()
        self.key_file.parent.mkdir()

    def start_users(self, count, mode, tcti):
        users = [User(self.environment, key=self.key_file, tcti=tcti, mode=mode) for _ in range(count)]
        for user in users:
            self.addCleanup(user.close)
        return users

    def race(self, mode, tcti):
        """What the racers of all processes came to: how often what."""
        if self.key_file.exists():
            self.key_file.unlink()
        users = self.start_users(PROCESSES, mode, tcti)
        self.assertEqual(users[0].do("create")["came_to"], "ok")
        for user in users:
            user.begin(f"race {THREADS} {ROUNDS}")
        outcomes = {}
        for user in users:
            for outcome, count in user.finish().items():
                outcomes[outcome] = outcomes.get(outcome, 0) + count
        self.assertEqual(sum(outcomes.values()), PROCESSES * THREADS * ROUNDS)
        return outcomes


class ResourceManager(SharingTpmTest):
    """tpm2-abrmd on a bus of its own."""

    def setUp(self):
        super().setUp()
        self.log = (self.folder / "log").open("wb")
        self.addCleanup(self.log.close)
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], text=True,
                               stdout=subprocess.PIPE, stderr=self.log)
        self.addCleanup(bus.stdout.close)
        self.addCleanup(self.end, bus)
        address = bus.stdout.readline().strip()
        self.environment |= {"DBUS_SESSION_BUS_ADDRESS": address, "DBUS_SYSTEM_BUS_ADDRESS": address}
        self.start_manager()

    def start_manager(self):
        self.manager = subprocess.Popen(["tpm2-abrmd", "--session", "--allow-root", f"--tcti={self.tpm.tcti}"],
                                        env=self.environment, stderr=self.log)
        self.addCleanup(self.end, self.manager)
        wait_until(self.is_there, "tpm2-abrmd takes its name on the bus")

    @staticmethod
    def end(process):
        process.terminate()
        process.wait(PATIENCE)

    def is_there(self):
        return subprocess.run(["tpm2_getrandom", "-T", "tabrmd:bus_type=session", "--hex", "1"], check=False,
                              env=self.environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def test_threads_and_processes_all_get_right_answers(self):
        for mode in ("resident", "sealed"):
            with self.subTest(mode=mode):
                self.assertEqual(self.race(mode, "tabrmd:bus_type=session"),
                                 {"ok": PROCESSES * THREADS * ROUNDS})

    def test_it_is_the_default_where_there_is_no_device(self):
        self.configure_tpm(tcti=None)
        self.create()
        self.encrypted()
        self.assertDecrypts()

    def test_a_manager_that_is_restarted_goes_unnoticed(self):
        """By a process that keeps its connection from one call to the next."""
        [user] = self.start_users(1, "resident", "tabrmd:bus_type=session")
        for line in ("create", "again"):
            self.assertEqual(user.do(line)["came_to"], "ok")
        self.end(self.manager)
        answer = user.do("again")
        self.assertEqual(answer["came_to"], "protector-unavailable", answer)
        self.start_manager()
        self.assertEqual(user.do("again")["came_to"], "ok")
        self.end(self.manager)
        self.start_manager()
        self.assertEqual(user.do("again")["came_to"], "ok")

    def test_a_kept_connection_is_closed_after_its_last_call(self):
        [user] = self.start_users(1, "resident", "tabrmd:bus_type=session")
        for line in ("create", "again"):
            self.assertEqual(user.do(line)["came_to"], "ok")
        self.assertEqual(user.close(), 0)


class NoResourceManager(SharingTpmTest):
    """Three places for keys and three for sessions, for all."""

    def test_threads_and_processes_get_right_answers_or_are_told_that_it_is_busy(self):
        for mode in ("resident", "sealed"):
            with self.subTest(mode=mode):
                outcomes = self.race(mode, self.tpm.tcti)
                right = outcomes.pop("ok")
                self.assertGreater(right, 0)
                for outcome in outcomes:
                    self.assertRegex(outcome, "has no room for another|is busy|in time")
                self.assertNothingLeft()


if __name__ == "__main__":
    unittest.main()
