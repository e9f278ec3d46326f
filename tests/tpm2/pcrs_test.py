# SPDX-License-Identifier: Apache-2.0
"""PCRs: what a change says, and what approving it does; approvals that are none."""

import json
import os
import unittest

from tpm_case import PIN, TpmTest

MODES = ("sealed", "resident")


class PcrTpmTest(TpmTest):
    def make_node(self, mode, pcrs="sha256:7,10", **options):
        self.key_file = self.folder / "configuration" / f"{mode}.tpm2"
        self.configure_tpm(mode=mode, pcrs=pcrs, **options)
        self.create()
        self.encrypted()
        self.assertDecrypts()

    def assertRefused(self, which="PCR 10 of sha256:7,10", hint="keyseat protector approve"):
        self.assertError(self.decrypt(exit=6), which, "is not as it was", hint)
        status = self.status(exit=6)
        self.assertEqual((status["health"], status["details"]["pcrs_match"]), ("down", False))
        self.assertIn(which, status["message"])
        self.assertNothingLeft()

    def approve(self, **how):
        return self.keyseat("protector", "approve", "node", **how)

    @property
    def approvals_file(self):
        return self.key_file.with_name(self.key_file.name + ".approvals")

    def untouched(self):
        """What no approval may change."""
        return (self.key_file.read_bytes(), self.everything_below(self.work))


class Fixed(PcrTpmTest):
    def test_a_changed_pcr_is_named_with_the_way_out(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.make_node(mode)
                self.tpm.extend(10)
                self.assertRefused(hint="recovery recipient")

    def test_several_changed_pcrs_are_named(self):
        self.make_node("sealed", pcrs="sha256:7,10,12")
        self.tpm.extend(7)
        self.tpm.extend(12)
        self.assertRefused("PCRs 7 and 12 of sha256:7,10,12", hint="recovery recipient")

    def test_a_pcr_outside_of_the_policy_may_change(self):
        self.make_node("sealed")
        self.tpm.extend(11)
        self.assertDecrypts()
        self.assertTrue(self.status()["details"]["pcrs_match"])

    def test_a_boot_as_before_opens_again(self):
        self.make_node("resident")
        self.tpm.extend(10)
        self.assertRefused(hint="recovery recipient")
        self.tpm.power_cycle()
        self.assertDecrypts()

    def test_such_a_key_cannot_be_approved(self):
        self.make_node("sealed")
        self.assertError(self.approve(exit=5), "without an approval key", "'approval-key'")

    def test_no_pin_is_asked_for_where_a_pcr_has_changed(self):
        self.configure_tpm(pcrs="sha256:10", pin=True)
        self.create("--encrypted")
        self.encrypted()
        self.tpm.extend(10)
        self.pin_file.unlink()
        self.assertError(self.decrypt(exit=6), "PCR 10 of sha256:10")

    def test_a_selection_that_is_none_is_refused(self):
        for pcrs in ("7", "sha256:", "sha256:24", "sha256:7,7", "md5:7", "sha256:7;8"):
            with self.subTest(pcrs=pcrs):
                self.configure_tpm(pcrs=pcrs)
                self.assertError(self.create(exit=3), "'pcrs'", "sha256:7,11")

    def test_a_bank_that_the_tpm_does_not_keep_is_refused(self):
        self.tpm.tool("tpm2_pcrallocate", "sha1:none+sha256:all+sha384:none+sha512:none")
        self.tpm.power_cycle()
        self.configure_tpm(pcrs="sha384:7")
        self.assertError(self.create(exit=5), "does not keep sha384:7", "tpm2_getcap pcrs")


class ApprovalTpmTest(PcrTpmTest):
    def setUp(self):
        super().setUp()
        self.approval_key = self.make_approval_key()

    def make_node(self, mode="sealed", **options):
        super().make_node(mode, approval_key=self.approval_key, **options)

    def without_approval_key(self, mode="sealed"):
        """As a node is configured in everyday use."""
        self.configure_tpm(mode=mode)


class Approved(ApprovalTpmTest):
    def test_an_update_is_approved_without_touching_a_definition_or_the_key(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.make_node(mode)
                before = self.untouched()
                self.tpm.extend(10)
                self.assertRefused()
                said = self.keyseat("protector", "approve", "node", "--json").json()
                self.assertEqual(said["approved"]["approved"], "sha256:7,10")
                self.assertDecrypts()
                self.assertTrue(self.status()["details"]["pcrs_match"])
                self.assertEqual(self.untouched(), before)
                self.assertNothingLeft()

    def test_everyday_use_takes_no_approval_key(self):
        self.make_node()
        self.approval_key.unlink()
        self.without_approval_key()
        self.assertDecrypts()
        self.encrypted()
        self.assertEqual(self.status()["health"], "ok")

    def test_an_earlier_state_stays_approved(self):
        self.make_node()
        self.tpm.extend(10)
        self.approve()
        self.tpm.power_cycle()  # the update is taken back
        self.assertDecrypts()
        self.tpm.extend(10)
        self.assertDecrypts()

    def test_many_updates_are_approved_one_after_the_other(self):
        self.make_node()
        for _ in range(20):
            self.tpm.extend(10)
            self.approve()
        self.assertDecrypts()
        self.assertEqual(len(json.loads(self.approvals_file.read_text())["approvals"]), 16)

    def test_an_approval_key_with_a_passphrase(self):
        encrypted = self.folder / "encrypted.pem"
        self.tpm.tool("openssl", "pkcs8", "-topk8", "-in", self.approval_key, "-out", encrypted, "-passout",
                      "pass:of-the-administrator")
        encrypted.chmod(0o600)
        self.approval_key = encrypted
        self.configure_tpm(pcrs="sha256:10", approval_key=encrypted)
        self.create("--passphrase-fd", "0", stdin=b"of-the-administrator\n")
        self.encrypted()
        self.tpm.extend(10)
        self.assertError(self.approve(exit=7, start_new_session=True), "passphrase of encrypted.pem")
        self.keyseat("protector", "approve", "node", "--passphrase-fd", "0", stdin=b"of-the-administrator\n")
        self.assertDecrypts()

    def test_a_pin_is_still_needed_after_an_approval(self):
        self.configure_tpm(pcrs="sha256:10", approval_key=self.approval_key, pin=True)
        self.create("--encrypted")
        self.encrypted()
        self.tpm.extend(10)
        self.approve()
        self.write_pin("wrong staple")
        self.assertError(self.decrypt(exit=7), "PIN of node.tpm2 was wrong")
        self.write_pin(PIN)
        self.assertDecrypts()

    def test_another_approval_key_approves_nothing(self):
        self.make_node()
        self.tpm.extend(10)
        self.configure_tpm(pcrs="sha256:7,10", approval_key=self.make_approval_key("foreign.pem"))
        self.assertError(self.approve(exit=3), "foreign.pem is not the approval key that the key was made with")
        self.assertFalse(self.approvals_file.exists())

    def test_approving_without_the_key_says_what_it_takes(self):
        self.make_node()
        self.without_approval_key()
        self.assertError(self.approve(exit=3), "'approval-key'", "private approval key")

    def test_a_file_that_is_no_approval_key_is_refused_with_the_way_to_one(self):
        for name, content in (("empty.pem", b""), ("text.pem", b"no key"), ("zeros.pem", bytes(200))):
            with self.subTest(name=name):
                path = self.folder / name
                path.write_bytes(content)
                path.chmod(0o600)
                self.configure_tpm(pcrs="sha256:10", approval_key=path)
                self.assertError(self.create(exit=3), "openssl ecparam")

    def test_an_approval_key_that_others_may_read_is_refused(self):
        self.approval_key.chmod(0o644)
        self.configure_tpm(pcrs="sha256:10", approval_key=self.approval_key)
        self.assertError(self.create(exit=6), "approval.pem", "others")


class Forged(ApprovalTpmTest):
    """Somebody who can write the file of approvals."""

    def forge(self, change):
        """The values of now, approved by an altered copy of the approval that there is."""
        approvals = {"format": "keyseat-tpm2-approvals/1"}
        key = json.loads(self.key_file.read_text().split("-----BEGIN")[0])
        approval = dict(key["approvals"][0])
        approval["values"] = [value.lower() for value in self.values_now()]
        approvals["ref"] = key["ref"]
        approvals["approvals"] = [change(approval)]
        self.approvals_file.write_text(json.dumps(approvals))
        self.approvals_file.chmod(0o600)

    def values_now(self):
        said = self.tpm.tool("tpm2_pcrread", "sha256:7,10").decode()
        return [line.split("0x")[1].strip() for line in said.splitlines() if "0x" in line]

    def assertForgeryIsRefused(self):
        self.assertError(self.decrypt(exit=6), "the approval key has not signed", "TPM_RC_SIGNATURE", "approve anew")
        self.assertNothingLeft()

    def test_the_signature_of_other_values_is_refused(self):
        for mode in MODES:
            with self.subTest(mode=mode):
                self.make_node(mode)
                self.tpm.extend(10)
                self.forge(lambda approval: approval)
                self.assertForgeryIsRefused()

    def test_a_signature_that_is_none_is_refused(self):
        self.make_node()
        self.tpm.extend(10)
        for signature in (bytes(64), b"\xff" * 64, os.urandom(64)):
            with self.subTest(signature=signature.hex()[:8]):
                self.forge(lambda approval, signature=signature: approval | {"signature": signature.hex()})
                self.assertForgeryIsRefused()

    def test_the_approval_of_another_key_is_refused(self):
        """Made by the same approval key, for the same values; it names another key."""
        self.make_node()
        ref = json.loads(self.key_file.read_text().split("-----BEGIN")[0])["ref"]
        own = self.key_file
        self.tpm.extend(10)
        self.key_file = self.folder / "configuration" / "other.tpm2"
        self.configure_tpm(pcrs="sha256:7,10", approval_key=self.approval_key)
        self.create()
        self.approve()
        foreign = json.loads(self.approvals_file.read_text())
        self.key_file = own
        self.configure_tpm(pcrs="sha256:7,10", approval_key=self.approval_key)
        self.approvals_file.write_text(json.dumps(foreign))
        self.approvals_file.chmod(0o600)
        self.assertRefused()  # passed over
        self.approvals_file.write_text(json.dumps(foreign | {"ref": ref}))
        self.assertForgeryIsRefused()

    def test_files_that_hold_no_approvals_are_refused_with_the_way_out(self):
        self.make_node()
        for content in ("", "no JSON", "[]", "{}", '{"format":7}', '{"format":"keyseat-tpm2-approvals/1","ref":"00"',
                        '{"format":"something-else/1"}'):
            with self.subTest(content=content):
                self.approvals_file.write_text(content)
                self.approvals_file.chmod(0o600)
                self.assertError(self.decrypt(exit=3), "file of approvals", "keyseat protector approve")
        self.approvals_file.write_text('{"format":"keyseat-tpm2-approvals/2"}')
        self.assertError(self.decrypt(exit=8), "keyseat-tpm2-approvals/2", "update the plugin")


if __name__ == "__main__":
    unittest.main()
