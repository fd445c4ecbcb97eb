"""The worker: one Python process behind one host process. Requests come on one descriptor, replies go on another.

The standard streams stay the user's own, for prompts; everything else that people read goes through the host's logger,
which masks keys, writes the log file and honours --silent. docs/architecture.md has the protocol.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from typing import Final

from fc_guard import __version__
from fc_guard.commands import COMMANDS
from fc_guard.host.calls import answer
from fc_guard.host.channel import Channel, Inbox
from fc_guard.host.report_file import ReportFiles
from fc_guard.host.standard import standard_run

PROTOCOL: Final = 1
LIKELY: Final = ("deploy", "plan")
"""Commands that are imported before anybody calls them."""


def serve(requests: int, replies: int) -> None:
    """Answers the host until it says bye. Never returns when the host dies: then the process ends at once."""
    for descriptor in (requests, replies):
        os.set_inheritable(descriptor, False)  # else a grandchild would keep the host waiting
    channel = Channel(replies)
    inbox = Inbox(requests, channel)
    channel.send({"t": "hello", "protocol": PROTOCOL, "version": __version__, "python": sys.version.split()[0]})
    inbox.start()
    threading.Thread(target=_warm_up, daemon=True, name="warm-up").start()
    run, files = standard_run(), ReportFiles()
    while (call := inbox.calls.get()) is not None:
        answer(run, call, channel, inbox, files)


def _warm_up() -> None:
    """Imports what the first call will need while the host is still busy with s.yaml."""
    try:
        for name in LIKELY:
            COMMANDS[name]
        import fc_guard.cloud.fc2.gateway  # noqa: F401, PLC0415
    finally:
        gc.freeze()  # modules live as long as we do
        gc.enable()
