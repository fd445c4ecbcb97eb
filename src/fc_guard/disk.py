"""Reads files that a user or a repository put there: regular ones only, and no more than a given size."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO

from fc_guard.language import t


def open_regular(path: Path) -> IO[bytes]:
    """Opens a file for reading. Raises `OSError`, also for what is no regular file: a FIFO would wait for its other end
    for ever, and a device may have no end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
            raise OSError(number, t("it is a folder") if stat.S_ISDIR(mode) else t("it is no regular file"), str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_bounded(path: Path, most: int) -> bytes:
    """Returns a file's bytes. Raises `OSError`, also when there are more than `most`."""
    with open_regular(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, t("larger than {most} bytes", most=most), str(path))
    return data
