"""codeChecksum: CRC-64/XZ of the zip's bytes, written as an unsigned decimal number."""

from __future__ import annotations


def crc64(data: bytes) -> str:
    from fastcrc.crc64 import xz  # noqa: PLC0415 - loaded with the first package, not at start-up

    return str(xz(data))
