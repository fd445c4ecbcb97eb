"""codeChecksum is CRC-64/XZ as an unsigned decimal string."""

from __future__ import annotations

import lzma

from tests.contract.fc_local.clients import zipped

from fc_local.checksum import crc64


def test_the_check_value_of_crc_64_xz() -> None:
    assert crc64(b"123456789") == str(0x995DC9BBDF1939FA)
    assert crc64(b"") == "0"


def test_liblzma_agrees() -> None:
    """An .xz file of one block ends in: CRC-64 of the content, index, footer of 12 bytes with the index's size."""
    for data in (zipped(), zipped({"a": "x" * 5000}), bytes(range(256)) * 99):
        packed = lzma.compress(data, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC64)
        index_size = (int.from_bytes(packed[-8:-4], "little") + 1) * 4
        end = len(packed) - 12 - index_size
        assert crc64(data) == str(int.from_bytes(packed[end - 8 : end], "little"))
