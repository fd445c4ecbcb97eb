"""python -m fc_local serve | stop"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fc_local.home import default_home
from fc_local.serving import Options, ServeError, serve, stop
from fc_local.signatures.keys import Key


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        if given.command == "stop":
            return stop(given.home or default_home())
        keys = tuple(given.key or ())
        return serve(Options(given.home or default_home(), given.port, given.idle_exit, keys))
    except ServeError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fc_local", description="A local Function Compute 2.0.")
    commands = parser.add_subparsers(dest="command", required=True)
    starter = commands.add_parser("serve", help="run the server on 127.0.0.1")
    stopper = commands.add_parser("stop", help="end the server of a home folder")
    for command in (starter, stopper):
        command.add_argument("--home", type=Path, help="folder for its data (default: $FC_LOCAL_HOME or ~/.s/fc-local)")
    starter.add_argument("--port", type=_port, help="port to use; 0: any (default: the last one, or 9580)")
    starter.add_argument(
        "--idle-exit", type=float, metavar="SECONDS", help="end after so long without a request; quiet if one is up"
    )
    starter.add_argument("--key", type=_key, action="append", metavar="AK:SK:ACCOUNT", help="accept one more key pair")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return port


def _key(text: str) -> Key:
    parts = text.split(":")
    if len(parts) != 3 or not all(parts):
        raise argparse.ArgumentTypeError("a key is written AK:SK:ACCOUNT")
    return Key(*parts)


if __name__ == "__main__":
    sys.exit(main())
