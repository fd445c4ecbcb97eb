"""A package too large for a request, through the real host: told of while it goes, and it runs."""

from __future__ import annotations

import os
import re

from tests.host.scenes import Project, browse

pytest_plugins = ("tests.host.stage",)


def test_sixty_megabytes_go_through_the_temporary_bucket_and_are_told_of(fresh: Project) -> None:
    (fresh.folder / "code" / "model.bin").write_bytes(os.urandom(60_000_000))
    status, seen = fresh.answers("deploy")
    assert status == 0, seen
    for work in ("Packing", "Uploading"):
        told = re.findall(rf"{work} the code of function shop/hello: (\d+) % of 60\.0 MB", seen)
        assert [25 * (int(percent) // 25) for percent in told] == [25, 50, 75, 100]
    assert fresh.writes() == ["CreateService", "PutObject", "CreateFunction", "CreateTrigger", "CreateTrigger"]
    (url,) = re.findall(r"→ (http://\S+)", seen)
    assert browse(url) == "one"

    status, seen = fresh.answers("deploy")
    assert status == 0, seen
    assert "Uploading" not in seen
