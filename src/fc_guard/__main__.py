"""`python -m fc_guard`: the worker for the host, and the few commands that need no s.yaml."""

from __future__ import annotations

import gc
import os
import sys

from fc_guard import __version__

USAGE = """\
usage: fc-guard local serve [--port N] [--home DIR]   run the local Function Compute with its web console
       fc-guard local stop [--home DIR]               stop it
       fc-guard rescue list|show|path                 rescue copies, where there is no s.yaml (-h tells more)
       fc-guard state move FROM TO                    records from .s/fc-guard to oss://bucket/prefix, or back
       fc-guard --version

Deploying is done through the host: s deploy, s plan, s drift, s pull, s info, s sync,
s rescue, s undo, s remove."""


def main() -> int:
    match sys.argv[1:]:
        case ["worker"]:
            gc.disable()  # until everything is imported: looking for garbage in modules costs a tenth of the start
            from fc_guard.host import serve  # noqa: PLC0415  the worker only: it loads the whole program

            requests, replies = os.environ["FC_GUARD_FDS"].split(",")
            serve(int(requests), int(replies))
            sys.stdout.flush()
            os._exit(0)  # leaving the SDK's threads and modules to tidy up costs 90 ms
        case ["local", *rest]:
            # Another program, which this one only starts.
            os.execv(sys.executable, [sys.executable, "-m", "fc_local", *rest])  # noqa: S606
        case ["rescue", *rest]:
            from fc_guard.shell import rescue_command  # noqa: PLC0415

            return rescue_command(rest)
        case ["state", *rest]:
            from fc_guard.shell import state_command  # noqa: PLC0415

            return state_command(rest)
        case ["--version"]:
            print(__version__)  # noqa: T201
            return 0
        case _:
            print(USAGE, file=sys.stderr)  # noqa: T201
            return 2


if __name__ == "__main__":
    sys.exit(main())
