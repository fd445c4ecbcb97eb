"""The user, seen through the host."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from fc_guard.errors import Interrupted
from fc_guard.host.channel import Channel, Inbox
from fc_guard.language import joined, t
from fc_guard.model.fields import Reveal
from fc_guard.render.sink import Sink


class HostTerminal:
    """Sends text to the host's logger, and questions straight to the terminal."""

    def __init__(self, id: int, channel: Channel, inbox: Inbox, sink: Sink) -> None:
        self._id = id
        self._sink = sink
        self._channel = channel
        self._inbox = inbox
        self._syncs = 0

    @property
    def can_ask(self) -> bool:
        return os.isatty(0) and (os.isatty(1) or os.isatty(2)) and not _truthy("CI")

    @property
    def private(self) -> bool:
        return self.can_ask and os.isatty(1)

    @property
    def colour(self) -> bool:
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or os.environ.get("FORCE_COLOR") == "0"
        return os.isatty(1) and not plain

    @property
    def columns(self) -> int | None:
        """Returns the width of the terminal; None where text goes elsewhere."""
        return _columns(sys.__stdout__)

    def pause_point(self) -> None:
        if self._inbox.interrupted:
            raise self._inbox.interruption()

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        self._inbox.breakable = True
        try:
            self.pause_point()
            yield
        finally:
            self._inbox.breakable = False

    def say(self, text: str, reveal: Reveal = Reveal.NOTHING) -> None:
        self._log("write", self._sink.text(text, colour=self.colour, columns=self.columns, reveal=reveal))

    def show(self, text: str) -> None:
        """Prints past the host's logger, which keeps a file of all that it prints."""
        self._sync()
        screen = _screen()
        columns = _columns(screen)
        print(self._sink.text(text, colour=self.colour, columns=columns, reveal=Reveal.ALL), file=screen)

    def warn(self, text: str) -> None:
        self._log("warn", self._sink.message(text, columns=self.columns))

    def debug(self, text: str) -> None:
        self._log("debug", self._sink.message(text))

    def ask(self, question: str, keys: Mapping[str, str], default: str) -> str:
        self.pause_point()
        self._sync()
        screen = _screen()
        width = max(len(key) for key in keys) + 2
        choices = (f"  {f'[{key}]':<{width}} " + word for key, word in keys.items())
        columns = _columns(screen)
        asked = "\n" + joined((question, *choices))
        print(self._sink.text(asked, colour=self.colour, columns=columns), file=screen)
        prompt = self._sink.text(t("{keys}, Enter = {default}: ", keys="/".join(keys), default=default))
        while True:
            print(prompt, end="", file=screen, flush=True)
            answer = self._line().strip().lower()
            if not answer:
                return default
            if answer in keys:
                return answer
            print(self._sink.text(t("{answer!r} is none of these.", answer=answer)), file=screen)

    def _line(self) -> str:
        """Returns one line from the user. The end of input counts as Enter, the safe answer."""
        try:
            with self.interruptible():
                return sys.stdin.readline()
        except Interrupted:
            print(file=_screen(), flush=True)  # what is told next begins a line
            raise

    def _log(self, level: str, text: str) -> None:
        self._channel.send({"t": "log", "id": self._id, "level": level, "text": text})

    def _sync(self) -> None:
        """Waits until everything said so far is on the screen."""
        self._syncs += 1
        self._inbox.wait_for("ack", self._id, {"t": "sync", "id": self._id, "seq": self._syncs})


def _columns(screen: TextIO | None) -> int | None:
    try:
        return os.get_terminal_size(screen.fileno()).columns or None if screen is not None else None
    except OSError:
        return None


def _screen() -> TextIO:
    return sys.stdout if os.isatty(1) else sys.stderr


def _truthy(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")
