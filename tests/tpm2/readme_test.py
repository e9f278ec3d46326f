# SPDX-License-Identifier: Apache-2.0
"""The README's way from nothing, followed to the letter."""

import re
import shutil
import subprocess
import unittest

from program import BUILD, SOURCE
from keyseat_case import PLAIN
from swtpm import PATIENCE
from tpm_case import TpmTest

README = SOURCE / "plugins" / "tpm2" / "README.md"


class FromNothing(TpmTest):
    def setUp(self):
        super().setUp()
        section = README.read_text().split("## From nothing, with a TPM in software\n")[1].split("\n## ")[0]
        self.blocks = [re.sub("^    ", "", block, flags=re.M) for block in re.findall(r"(?:^    .*\n)+", section, re.M)]
        shutil.copy(PLAIN, self.home)
        self.environment["PATH"] = f"{BUILD / 'bin'}:{self.environment['PATH']}"

    def script(self):
        """The blocks as one script, which ends where a command does not end as it shall."""
        lines = ["set -e", "trap 'kill $(cat tpm/pid) 2>/dev/null || true' EXIT"]
        for block in self.blocks:
            if block.startswith("{"):
                lines.append(f"cat >keyseat.json <<'END'\n{block}END")
                continue
            for command in block.replace("\\\n", "").splitlines():
                if command.startswith("apt-get"):
                    continue
                exit = re.search("# exit code ([0-9]+)", command)
                lines += ["set +e", command, f"[ $? -eq {exit[1]} ] || exit 99", "set -e"] if exit else [command]
        return "\n".join(lines)

    def test_each_command_does_what_the_page_says(self):
        script = self.script()
        self.assertGreater(script.count("keyseat --config"), 8)
        done = subprocess.run(["bash", "-c", script], cwd=self.home, env=self.environment, timeout=PATIENCE, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 0, said)
        self.assertIn("PCR 7 of sha256:7 is not as it was", said)
        self.assertIn("this is not the TPM that the key was made in", said)
        self.assertIn(PLAIN.read_bytes(), done.stdout)


if __name__ == "__main__":
    unittest.main()
