#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes blobs of CryptProtectData() as Windows lays them out, with random-looking content.

wine-*.blob in the same folder were made by Wine 8.0 itself: 32 bytes 01 02 ... 20, entropy "hello",
description "Keyseat é"; Wine leaves no trace of the scope.
"""

import hashlib
import pathlib
import struct
import uuid

HERE = pathlib.Path(__file__).parent
PROVIDER = uuid.UUID("df9d8cd0-1501-11d1-8c7a-00c04fc297eb")
MASTER_KEY = uuid.UUID("5e7a1c3e-9c1d-4b5f-8a21-0f1e2d3c4b5a")


def content(label, size):
    return hashlib.shake_256(label.encode()).digest(size)


def counted(data):
    return struct.pack("<I", len(data)) + data


def blob(flags, description, cipher, cipher_bits, hash_id, hash_bits, salt, data):
    return b"".join([
        struct.pack("<I", 1), PROVIDER.bytes_le,
        struct.pack("<I", 1), MASTER_KEY.bytes_le,
        struct.pack("<I", flags),
        counted(description.encode("utf-16-le") + b"\0\0"),
        struct.pack("<II", cipher, cipher_bits),
        counted(content("salt", salt)),
        counted(b""),
        struct.pack("<II", hash_id, hash_bits),
        counted(content("hmac", salt)),
        counted(content("data", data)),
        counted(content("sign", hash_bits // 8)),
    ])


AES = (0x6610, 256, 0x800e, 512, 32)
TRIPLE_DES = (0x6603, 192, 0x8004, 160, 16)

(HERE / "windows-user.blob").write_bytes(blob(0, "Keyseat", *AES, 48))
(HERE / "windows-machine.blob").write_bytes(blob(4, "Keyseat", *AES, 48))
(HERE / "windows-xp.blob").write_bytes(blob(0, "", *TRIPLE_DES, 40))
(HERE / "windows-surrogates.blob").write_bytes(blob(0x20000000, "\U0001f511 Schlüssel", *AES, 48))
