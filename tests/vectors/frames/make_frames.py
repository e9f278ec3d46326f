#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes valid/*.frame and malformed/*.frame from the comments in framework/host/frame.h and messages.h.

A second implementation of the codec: it shares no code with the product. Each malformed frame is the
valid one of its name with one thing wrong.

    ./make_frames.py            writes the files beside this script
    ./make_frames.py --check    fails if they would change
"""

import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent

TAGS = {
    name: number
    for number, name in enumerate(
        """id read_path write_path device_path network draft capabilities name vendor version description
        license url inspects option type marks default_value choice flags request_id credential_id timeout
        subject context parallel is_default integer text input status health extensions output refused_size
        message hint retry_after tries_left native_code native_domain level struct_size kind secret title
        error attempt min_length max_length state created_at kid label key_type alg stop""".split(),
        start=1,
    )
}


def field(tag, value):
    if isinstance(value, str):
        value = value.encode()
    return struct.pack("<HI", TAGS[tag], len(value)) + value


def u32(tag, value):
    return field(tag, struct.pack("<I", value))


def u64(tag, value):
    return field(tag, struct.pack("<Q", value))


def frame(kind, *fields, call=7, magic=b"KSF1", reserved=0, size=None):
    body = b"".join(fields)
    size = len(body) if size is None else size
    return magic + struct.pack("<HHII", kind, reserved, call, size) + body


CALL = [
    u32("flags", 1),
    field("request_id", bytes(range(16))),
    field("credential_id", bytes(16)),
    u32("timeout", 30000),
    field("subject", "decrypt the credential of X"),
    field("context", "{}"),
]
HEADER = '{"alg":"A256KW","kid":"k"}'
NO_FLAGS = u32("flags", 0)


def done(status, *outputs, health=0, capabilities=0, extensions=0):
    fields = [u32("status", status), u32("health", health), u32("capabilities", capabilities)]
    fields.append(u32("extensions", extensions))
    for value, refused in outputs:
        fields += [field("output", value), u64("refused_size", refused)]
    return frame(34, *fields)


def prompt(*optional):
    fields = [u32("struct_size", 64), u32("kind", 0), field("secret", "pin-source")]
    fields += [field("title", "PIN"), *optional]
    fields += [u32("attempt", 1), u32("tries_left", 0xFFFFFFFF), u32("min_length", 4), u32("max_length", 8)]
    return frame(37, *fields)


def option(name, *optional):
    return [field("option", name), u32("type", 3), u32("marks", 1), field("description", "One."), *optional]


LOADED = [
    u32("draft", 1),
    u32("capabilities", 5),
    field("id", "com.example.vault"),
    field("name", "Vault"),
    field("vendor", "Example Inc."),
    field("version", "1.0.0"),
    field("description", "Keeps keys."),
]
KEY = [u32("struct_size", 56), u32("state", 0), u32("capabilities", 2), u64("created_at", 1700000000)]
FAILURE = [u32("struct_size", 64), u32("status", 17), u32("retry_after", 1000), u32("tries_left", 2)]

VALID = {
    "load": frame(
        1,
        field("version", "0.1.0"),
        field("id", "pkcs11"),
        field("read_path", "/opt/vendor/module.so"),
        field("read_path", "/opt/vendor"),
        field("write_path", "/var/lib/tokens"),
        field("device_path", "/dev/hsm0"),
        u32("network", 1),
    ),
    "load-without-paths": frame(1, field("version", "0.1.0"), field("id", "keyfile"), u32("network", 0)),
    "open": frame(
        2,
        *CALL,
        u32("parallel", 0),
        *[field("name", "key"), u32("type", 0), u32("is_default", 0), u64("integer", 0), field("text", "/k.jwk")],
        *[field("name", "level"), u32("type", 1), u32("is_default", 1), u64("integer", 2**64 - 1)],
        *[field("name", "tags"), u32("type", 4), u32("is_default", 0), u64("integer", 0)],
        *[field("text", "a"), field("text", "")],
    ),
    "status": frame(3, *CALL, NO_FLAGS),
    "wrap": frame(4, *CALL, NO_FLAGS, field("input", bytes(range(32)))),
    "unwrap": frame(5, *CALL, NO_FLAGS, field("input", HEADER), field("input", bytes(40))),
    "create-key": frame(6, *CALL, u32("flags", 2), field("input", "P-256")),
    "list-keys": frame(7, *CALL, NO_FLAGS),
    "destroy-key": frame(8, *CALL, NO_FLAGS, field("input", "k")),
    "close": frame(13, *CALL, NO_FLAGS),
    "answer": frame(20, u32("status", 0), field("input", "1234")),
    "next": frame(21, u32("stop", 0)),
    "cancel": frame(22),
    "loaded": frame(
        32,
        *LOADED,
        field("license", "Apache-2.0"),
        u32("inspects", 1),
        *option("mode", field("default_value", "a"), field("choice", "a"), field("choice", "b")),
        *option("path"),
    ),
    "loaded-least": frame(32, *LOADED, u32("inspects", 0)),
    "refused": frame(33, field("message", "it has no symbol keyseat_plugin_v1")),
    "done-wrap": done(0, (HEADER.encode(), 0), (bytes(40), 0)),
    "done-status": done(0, (b"k", 0), (b"fine", 0), (b"", 0), health=1, capabilities=4),
    "done-over-limit": done(5, (b"", 8193)),
    "done-open": done(0, extensions=3),
    "failure": frame(
        35, *FAILURE, u64("native_code", 0xA0), field("native_domain", "pkcs11"), field("message", "wrong PIN")
    ),
    "log": frame(36, u32("level", 2), field("message", b"a line\x1b[31m")),
    "prompt": prompt(),
    "prompt-again": prompt(field("error", "wrong PIN")),
    "key": frame(38, *KEY, field("kid", "k"), field("label", "l"), field("key_type", "oct"), field("alg", "A256KW")),
    "key-without-texts": frame(38, *KEY),
}

WRAP = VALID["wrap"]
NEXT = VALID["next"]

MALFORMED = {
    # the frame
    "empty": b"",
    "header-cut": NEXT[:15],
    "magic": frame(21, u32("stop", 0), magic=b"KSF2"),
    "reserved-bits": frame(21, u32("stop", 0), reserved=1),
    "size-too-small": frame(21, u32("stop", 0), size=9),
    "size-too-large": frame(21, u32("stop", 0), size=11),
    "size-huge": frame(21, u32("stop", 0), size=0xFFFFFFFF),
    "bytes-behind": NEXT + b"\0",
    "field-header-cut": frame(21, u32("stop", 0), b"\x01\x00\x00"),
    "field-size-too-large": frame(21, struct.pack("<HI", TAGS["stop"], 5) + bytes(4)),
    "field-size-huge": frame(21, struct.pack("<HI", TAGS["stop"], 0xFFFFFFFF) + bytes(4)),
    "too-many-fields": frame(1, field("version", "0.1.0"), field("id", "x"), *[field("read_path", "")] * 4096, u32("network", 0)),
    "too-large": frame(36, u32("level", 0), field("message", bytes(128 * 1024))),
    # the message in it
    "unknown-type": frame(99, u32("stop", 0)),
    "type-zero": frame(0),
    "field-missing": frame(21),
    "field-twice": frame(21, u32("stop", 0), u32("stop", 0)),
    "field-unknown": frame(21, u32("stop", 0), struct.pack("<HI", 999, 0)),
    "field-of-another": frame(21, u32("level", 0)),
    "field-in-cancel": frame(22, u32("stop", 0)),
    "order": frame(20, field("input", "1234"), u32("status", 0)),
    "integer-short": frame(21, field("stop", bytes(3))),
    "integer-long": frame(21, field("stop", bytes(8))),
    "boolean-two": frame(1, field("version", "0.1.0"), field("id", "keyfile"), u32("network", 2)),
    "id-short": WRAP.replace(field("request_id", bytes(range(16))), field("request_id", bytes(range(15)) + b"")),
    "text-with-nul": frame(33, field("message", "it\0has")),
    "setting-cut": frame(2, *CALL, u32("parallel", 0), field("name", "key"), u32("type", 0)),
    "setting-without-name": frame(2, *CALL, u32("parallel", 0), u32("type", 0), u32("is_default", 0)),
    "option-cut": frame(32, *LOADED, u32("inspects", 0), *option("mode")[:3]),
    "output-without-size": frame(
        34, u32("status", 0), u32("health", 0), u32("capabilities", 0), u32("extensions", 0), field("output", "")
    ),
}

# The whole frame's size follows the field that was cut.
cut = bytearray(MALFORMED["id-short"])
cut[12:16] = struct.pack("<I", len(cut) - 16)
MALFORMED["id-short"] = bytes(cut)


def main():
    check = "--check" in sys.argv[1:]
    stale = []
    for folder, frames in {"valid": VALID, "malformed": MALFORMED}.items():
        (HERE / folder).mkdir(exist_ok=True)
        for name, content in frames.items():
            path = HERE / folder / f"{name}.frame"
            if path.exists() and path.read_bytes() == content:
                continue
            if check:
                stale.append(path.name)
            else:
                path.write_bytes(content)
        known = {f"{name}.frame" for name in frames}
        stale += [path.name for path in (HERE / folder).iterdir() if path.name not in known]
    if stale:
        sys.exit("differ: " + ", ".join(sorted(stale)))


if __name__ == "__main__":
    main()
