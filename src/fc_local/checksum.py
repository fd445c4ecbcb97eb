"""codeChecksum: CRC-64/XZ of the zip's bytes, written as an unsigned decimal number."""

from __future__ import annotations


def crc64(data: bytes) -> str:
    from fastcrc.crc64 import xz  # noqa: PLC0415 - loaded with the first package, not at start-up

    return str(xz(data))


class Crc64:
    """The same checksum for bytes that come in pieces."""

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes) -> None:
        from fastcrc.crc64 import xz  # noqa: PLC0415 - see above

        self._value = xz(data, self._value)

    def value(self) -> str:
        return str(self._value)
