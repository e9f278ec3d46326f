# SPDX-License-Identifier: Apache-2.0
"""A TPM that fails at each command of creating and of using a key: killed, stopped, reset, busy, full.

Whatever happens, nothing hangs, nothing stays behind in the TPM, and no key is lost.
"""

import time
import unittest

from swtpm import LOCKOUT_COUNTER, wait_until
from tpm_case import TpmTest
from tpm_proxy import FLUSH_CONTEXT, TpmProxy, failure
from user import User

# TPM 2.0 Library Part 2 section 6.6.3
RC_RETRY = 0x922
RC_YIELDED = 0x908
RC_TESTING = 0x90a
RC_OBJECT_MEMORY = 0x902
RC_SESSION_MEMORY = 0x903
RC_SESSION_HANDLES = 0x905
RC_OBJECT_HANDLES = 0x906
RC_FAILURE = 0x101
RC_NV_RATE = 0x920

LOAD = 0x157  # TPM 2.0 Library Part 2 section 6.5.2

UNAVAILABLE = "protector-unavailable"
SHORT = 300  # ms
ENOUGH = 3000  # for the first commands, on a busy machine
SOON = 10_000  # on such a machine; the plugin's own patience is 15 s and more
LONG = 30_000


class FaultTpmTest(TpmTest):
    """A process that uses one key through a proxy, and what it is told to do: a line of use_key."""

    def setUp(self):
        super().setUp()
        self.bus = TpmProxy(self.folder, self.tpm)
        self.addCleanup(self.bus.close)
        self.key_file.parent.mkdir()
        self.came_to = {}  # what each line came to when it was last done

    def start_user(self, mode, **options):
        if self.key_file.exists():
            self.key_file.unlink()
        self.user = User(self.environment, key=self.key_file, tcti=self.bus.tcti, mode=mode, **options)
        self.addCleanup(self.user.close)
        self.do("create" + (" encrypted" if "pin_source" in options else ""))
        self.do("use")

    def do(self, line, *expected):
        answer = self.user.do(line)
        self.came_to[line] = answer["came_to"]
        self.assertIn(answer["came_to"], expected or ("ok",), answer)
        return answer

    def commands_of(self, line):
        """How many commands it takes when nothing fails."""
        self.bus.begin()
        self.do(line)
        self.assertNothingLeft()
        self.codes = self.bus.codes()
        return len(self.codes)

    def sweep(self, line, fault):
        """Runs `fault(number)` for each command of `line`."""
        count = self.commands_of(line)
        self.assertGreater(count, 3)
        for number in range(1, count + 1):
            with self.subTest(line=line, number=number):
                self.do("keep")
                self.bus.begin()
                fault(number)
                self.bus.begin()
                self.assertNothingLeft()
                self.do("use")  # there is a key that works,
                if line == "use" or self.came_to[line] != "ok":
                    self.do("old")  # and it is the one that was there

    def came_to_if_dead(self, number):
        """An error, unless all that is left to do is to tidy up."""
        return ["ok"] if set(self.codes[number - 1:]) == {FLUSH_CONTEXT} else [UNAVAILABLE]

    def at(self, number, fault, lasting=False):
        """Has `fault()` happen before the command with that number, or before each from then on."""
        def meddle(n, command):
            return fault() if n == number or lasting and n > number else None
        self.bus.meddle = meddle

    def each_line(self):
        """Using a key, and making one, in both modes."""
        for mode in ("sealed", "resident"):
            self.start_user(mode)
            yield from ("use", "create replace")


class Killed(FaultTpmTest):
    def test_a_tpm_that_dies_is_an_error_and_when_it_comes_back_all_is_well(self):
        for line in self.each_line():
            def fault(number, line=line):
                self.at(number, self.tpm.kill)
                self.do(line, *self.came_to_if_dead(number))
                self.tpm.start()
            self.sweep(line, fault)
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 0)

    def test_a_tpm_that_is_restarted_goes_unnoticed(self):
        for line in self.each_line():
            def fault(number, line=line):
                self.at(number, self.tpm.restart)
                self.do(line)
            self.sweep(line, fault)
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 0)

    def test_a_tpm_that_is_reset_under_an_open_connection_goes_unnoticed(self):
        """It has forgotten what was loaded; the connection does not break."""
        for line in self.each_line():
            def fault(number, line=line):
                self.bus.survives_reset = True
                self.at(number, self.tpm.restart)
                self.do(line)
            self.sweep(line, fault)
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 0)

    def test_an_answer_that_is_lost_is_asked_for_again(self):
        """The TPM has done what it was told when the connection breaks. What it loaded by that command nobody knows of,
        but a resource manager, which flushes what a connection leaves; there is none here."""
        for line in self.each_line():
            def fault(number, line=line):
                def lose(command, response):
                    if len(self.bus.exchanges) == number:
                        raise EOFError
                    return response
                self.bus.rewrite = lose
                self.do(line)
                self.assertLessEqual(len(self.tpm.handles()), 1)
                for kind in ("-t", "-l"):
                    self.tpm.tool("tpm2_flushcontext", kind)
            self.sweep(line, fault)
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 0)

    def test_with_a_pin_at_most_one_try_is_lost_each_time(self):
        """What a TPM counts that lost its power while it knew of a PIN (TPM 2.0 Library Part 1 section 19.8.6)."""
        self.tpm.tool("tpm2_dictionarylockout", "--setup-parameters", "--max-tries", 1000, "--recovery-time", 1000,
                      "--lockout-recovery-time", 1000)
        self.start_user("sealed", pin_source=self.pin_file)
        count = self.commands_of("use")

        def fault(number):
            before = self.tpm.property(LOCKOUT_COUNTER)
            self.at(number, self.tpm.restart)
            self.do("use")
            self.assertLessEqual(self.tpm.property(LOCKOUT_COUNTER), before + 1)
        self.sweep("use", fault)
        self.assertLessEqual(self.tpm.property(LOCKOUT_COUNTER), count)


class Silent(FaultTpmTest):
    """Stopped by SIGSTOP, a TPM takes commands and does not answer."""

    def test_nothing_waits_longer_than_the_deadline(self):
        for line in self.each_line():
            def fault(number, line=line):
                self.at(number, self.tpm.stop)
                self.user.do(f"patience {SHORT}")
                answer = self.do(line, UNAVAILABLE, *self.came_to_if_dead(number))
                if answer["came_to"] != "ok":
                    self.assertRegex(answer["message"], "does not answer in time|gave up after")
                    self.assertGreaterEqual(answer["ms"], SHORT)
                self.assertLess(answer["ms"], SOON)
                self.user.do(f"patience {LONG}")
                self.tpm.go_on()
                # The thread that was left behind gives back what it holds, when it can.
                wait_until(lambda: not self.tpm.handles(), "what was loaded is flushed")
            self.sweep(line, fault)
        self.assertEqual(self.tpm.property(LOCKOUT_COUNTER), 0)

    def test_who_gave_up_and_ends_leaves_nothing_behind(self):
        """The end of the instance waits for the thread that was left behind, as its process may end then."""
        self.start_user("sealed")
        self.commands_of("use")
        self.bus.begin()
        self.at(self.codes.index(LOAD) + 1, self.tpm.stop)
        self.do(f"patience {SHORT}")
        self.do("use", UNAVAILABLE)
        self.user.process.stdin.close()
        self.tpm.go_on()
        self.assertEqual(self.user.close(), 0)
        wait_until(lambda: not self.tpm.handles(), "what was loaded is flushed")

    def test_connecting_waits_no_longer_either(self):
        self.start_user("sealed")
        for line in ("use", "create replace"):
            with self.subTest(line=line):
                self.tpm.stop()
                self.user.do(f"patience {SHORT}")
                self.assertLess(self.do(line, UNAVAILABLE)["ms"], SOON)
                self.tpm.go_on()
                self.user.do(f"patience {LONG}")
                self.do("use")

    def test_status_takes_less_than_its_second(self):
        self.configure_tpm(tcti=self.bus.tcti)
        self.create()
        self.tpm.stop()
        before = time.monotonic()
        status = self.status(exit=6)
        self.assertLess(time.monotonic() - before, SOON / 1000)
        self.assertIn("does not answer in time", status["message"])
        self.tpm.go_on()
        self.assertEqual(self.status()["health"], "ok")

    def test_a_tpm_that_goes_on_in_time_is_waited_for(self):
        self.start_user("resident")
        self.bus.begin()
        self.at(3, self.tpm.stop)
        self.user.begin("use")
        wait_until(lambda: len(self.bus.exchanges) == 3, "the TPM has the third command")
        self.tpm.go_on()
        self.assertEqual(self.user.finish()["came_to"], "ok")


class Busy(FaultTpmTest):
    def sweep_by(self, *codes):
        """Each command of each line fails once, by one code after the other."""
        for line in self.each_line():
            def fault(number, line=line):
                self.at(number, lambda: failure(codes[number % len(codes)]))
                self.do(line)
            self.sweep(line, fault)

    def test_a_tpm_that_asks_to_be_asked_again_is(self):
        self.sweep_by(RC_RETRY, RC_YIELDED, RC_TESTING)

    def test_a_tpm_whose_places_are_taken_is_tried_again(self):
        self.sweep_by(RC_OBJECT_MEMORY, RC_SESSION_HANDLES, RC_SESSION_MEMORY, RC_OBJECT_HANDLES)

    def test_a_tpm_that_stays_busy_is_called_busy(self):
        self.start_user("sealed")
        self.do(f"patience {ENOUGH}")
        for code, says in ((RC_RETRY, "the TPM is busy"), (RC_YIELDED, "the TPM is busy"),
                           (RC_TESTING, "the TPM tests itself")):
            with self.subTest(says=says):
                self.bus.begin()
                self.at(1, lambda code=code: failure(code), lasting=True)
                answer = self.do("use", UNAVAILABLE)
                self.assertIn(says, answer["message"])
        self.bus.begin()
        self.do(f"patience {LONG}")
        self.do("use")
        self.assertNothingLeft()

    def test_a_tpm_that_has_no_place_says_what_helps(self):
        self.start_user("sealed")
        for kind, code in (("key", RC_OBJECT_HANDLES), ("session", RC_SESSION_MEMORY)):
            with self.subTest(kind=kind):
                self.do(f"patience {ENOUGH}")
                self.bus.begin()
                self.at(1, lambda code=code: failure(code), lasting=True)
                self.assertIn(f"no room for another {kind}", self.do("use", UNAVAILABLE)["message"])
        self.bus.begin()
        self.do(f"patience {LONG}")
        self.do("use")

    def test_what_a_tpm_said_last_counts_when_it_falls_silent(self):
        self.start_user("sealed")
        # ESYS itself asks five times where a TPM asks to be asked again.
        for code, answers, says in ((RC_OBJECT_HANDLES, 1, "no room for another key"), (RC_RETRY, 7, "the TPM is busy")):
            with self.subTest(says=says):
                asked = []

                def meddle(number, command, asked=asked, code=code, answers=answers):
                    asked.append(number)
                    if number <= answers:
                        return failure(code)
                    self.tpm.stop()
                    return None
                self.do(f"patience {ENOUGH}")
                self.bus.begin()
                self.bus.meddle = meddle
                self.assertIn(says, self.do("use", UNAVAILABLE)["message"])
                self.assertGreater(len(asked), answers)
                self.tpm.go_on()
                self.bus.begin()
                self.do(f"patience {LONG}")
                self.do("use")

    def test_a_tpm_in_failure_mode_is_called_that(self):
        self.start_user("resident")
        self.at(1, lambda: failure(RC_FAILURE), lasting=True)
        self.assertIn("failure mode (TPM_RC_FAILURE 0x101)", self.do("use", UNAVAILABLE)["message"])

    def test_what_cannot_be_flushed_at_once_is_flushed_later(self):
        self.start_user("sealed")
        failed = []

        def meddle(number, command):
            if int.from_bytes(command[6:10], "big") == FLUSH_CONTEXT and not failed:
                failed.append(number)
                return failure(RC_NV_RATE)
            return None
        self.bus.begin()
        self.bus.meddle = meddle
        self.do("use")
        self.assertTrue(failed)
        self.assertNothingLeft()


class Exchanged(FaultTpmTest):
    def test_an_approval_that_comes_meanwhile_is_taken_up(self):
        """By a process that has been running all the time."""
        approval_key = self.make_approval_key()
        for mode in ("sealed", "resident"):
            with self.subTest(mode=mode):
                self.start_user(mode, pcrs="sha256:10", approval_key=approval_key)
                self.tpm.extend(10)
                self.do("use", UNAVAILABLE)
                self.configure_tpm(mode=mode, pcrs="sha256:10", approval_key=approval_key)
                self.keyseat("protector", "approve", "node")
                self.do("again")


if __name__ == "__main__":
    unittest.main()
