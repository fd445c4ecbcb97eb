"""`python -m tests.bench`: measures, and prints a table. From the project's folder, after script/setup."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.measure import bench
from tests.bench.subjects import PROJECTS, SHAPES
from tests.bench.table import document, markdown


def main() -> int:
    given = _parser().parse_args()
    load = [os.getloadavg()[0]]
    with (
        tempfile.TemporaryDirectory(prefix="fc-guard-bench-") as folder,
        bench(Path(folder), given.sizes, given.editions, given.latency, given.shapes) as prepared,
    ):
        cases = prepared.rounds(given.rounds, lambda text: print(text, file=sys.stderr))
    load.append(os.getloadavg()[0])
    facts = {**_machine(), "rounds": given.rounds, "latency_ms": given.latency, "load_before_and_after": load}
    print(markdown(cases))
    if given.json:
        given.json.write_text(json.dumps(document(cases, facts), indent=1) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each case (5)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 50], help="functions in one s.yaml (1 10 50)")
    parser.add_argument("--editions", nargs="+", default=list(PROJECTS), choices=list(PROJECTS))
    parser.add_argument("--shapes", nargs="+", default=list(SHAPES), choices=SHAPES, help="kinds of projects (all)")
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds added to every request (50)")
    parser.add_argument("--json", type=Path, help="a file for every single sample")
    return parser


def _machine() -> dict[str, Any]:
    """What the numbers depend on; nothing that says whose machine it is."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(pages / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "node": node,
    }


if __name__ == "__main__":
    sys.exit(main())
