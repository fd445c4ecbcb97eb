"""`python -m tests.faults --seconds 600 --seed 1`: plays cases until the time is up, and prints what came of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults.matrix import Broken, Stage, sampled


def main() -> int:
    parser = argparse.ArgumentParser("tests.faults")
    parser.add_argument("--seconds", type=float, default=600.0, help="when to stop")
    parser.add_argument("--seed", type=int, default=1, help="the order of the cases")
    parser.add_argument("--only", default="", help="cases whose text has this in it")
    asked = parser.parse_args()
    end = time.monotonic() + asked.seconds
    statuses: Counter[int] = Counter()
    broken: list[str] = []
    with tempfile.TemporaryDirectory(prefix="faults-") as room:
        stage = Stage(Path(room))
        try:
            cases = [case for case in sampled(stage.cases(), asked.seed) if asked.only in str(case)]
            for case in cases:
                if time.monotonic() > end:
                    break
                try:
                    statuses[stage.play(case).status] += 1
                except Broken as error:
                    broken.append(str(case))
                    print(f"\n=== {error}", flush=True)
        finally:
            stage.close()
    played = sum(statuses.values()) + len(broken)
    ends = ", ".join(f"{count} with {status}" for status, count in sorted(statuses.items()))
    print(f"\n{played} of {len(cases)} cases played, seed {asked.seed}: {len(broken)} broken; ended {ends}")
    for name in broken:
        print(f"  broken: {name}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
