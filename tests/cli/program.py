# SPDX-License-Identifier: Apache-2.0
"""How the program under test is started: as it is, or by Wine when it was built for Windows.

Everything that the tests have to know of the difference is here. Under Wine the build tree is drive K: and the root of
this machine Z: (scripts/wine); pathlib paths and texts that hold them are translated on their way in, and back in what
the program says on standard error.
"""

import os
import pathlib
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["KEYSEAT_BUILD_DIR"])
SOURCE = pathlib.Path(os.environ["KEYSEAT_SOURCE_DIR"])
WINDOWS = os.environ.get("KEYSEAT_TARGET") == "Windows"

PROGRAM = BUILD / "bin" / ("keyseat.exe" if WINDOWS else "keyseat")
LIBRARY_SUFFIX = ".dll" if WINDOWS else ".so"
KEYFILE = BUILD / "lib/keyseat/plugins" / ("keyfile" + LIBRARY_SUFFIX)


def linux_only(reason):
    """Marks what makes sense on Linux alone. CMake leaves such tests out for Windows; nothing is skipped."""
    return unittest.skipIf(WINDOWS, reason)


def new_folder():
    """A folder for one test. For Windows in the build tree, where K: has no folders of others above it."""
    if not WINDOWS:
        return pathlib.Path(tempfile.mkdtemp(prefix="keyseat-test-"))
    scratch = BUILD / "scratch"
    scratch.mkdir(exist_ok=True)
    return pathlib.Path(tempfile.mkdtemp(dir=scratch))


def user_folder(home):
    """Where the configuration of the user lies whose home that is."""
    return home / "AppData" / "keyseat" if WINDOWS else home / ".config" / "keyseat"


def environment(home):
    """Variables for a user with this home."""
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "LC_ALL": "C.UTF-8",
    }
    if WINDOWS:
        variables["USERPROFILE"] = to_program(home)
        variables["APPDATA"] = to_program(home / "AppData")
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in os.environ:
            variables[name] = os.environ[name]
    return variables


def to_program(text):
    """A text as the program shall get it."""
    text = str(text)
    if WINDOWS:
        text = text.replace(str(BUILD), "K:").replace(str(SOURCE), f"Z:{SOURCE}")
    return text


def from_program(text):
    """What the program said, with paths of this machine."""
    if WINDOWS:
        text = text.replace("\\", "/").replace("K:/", f"{BUILD}/").replace("Z:/", "/")
    return text


def command(program, arguments):
    """The command that runs the program with these arguments."""
    if not WINDOWS:
        return [str(program), *map(str, arguments)]
    return [str(SOURCE / "scripts" / "wine"), str(BUILD), str(program), *map(to_program, arguments)]
