"""Links in the state folder, as a repository may ship them: refused, and nothing outside is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.world import ACCOUNT, REGION, World

PLACES = (
    ".s",
    ".s/fc-guard",
    *(f".s/fc-guard/{name}" for name in ("rescue", "pulled", "conflicts", "code", ACCOUNT)),
    *(
        f".s/fc-guard/{ACCOUNT}/{name}"
        for name in (REGION, f"{REGION}/locks", f"{REGION}/fc2.service", f"{REGION}/fc2.function", f"{REGION}/function")
    ),
)
LINES = ("deploy --use-remote", "pull -y", "undo -y", "remove -y --use-remote", "deploy --prune -y")


def listing(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", PLACES)
def test_a_link_in_the_state_folder_is_refused_and_nothing_outside_is_touched(world: World, place: str) -> None:
    outside = world.root.parent / "outside"
    for number in range(30):  # more than are kept of anything
        folder = outside / f"2020010{number % 10}T00000{number % 7}Z-one-{number:04x}"
        folder.mkdir(parents=True)
        (folder / "precious").write_text("precious", encoding="utf-8")
        (folder / ".fc-guard-0123abcd").write_text("precious too", encoding="utf-8")
    for name in ("shop.lock", "yarn.lock", ".tmp.x.1.0123abcd"):
        (outside / name).write_text("precious", encoding="utf-8")
    (world.root / place).parent.mkdir(parents=True, exist_ok=True)
    (world.root / place).symlink_to(outside)
    before = listing(outside)
    for line in LINES:
        ended = world.clean(line)
        assert listing(outside) == before, (line, ended.text)
        assert "defect" not in ended.text
        if line.startswith("deploy"):
            assert ended.status == 8, (line, ended.text)
            assert "link" in ended.text
    assert world.live["services"] == {}
