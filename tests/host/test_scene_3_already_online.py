"""Scene 3: new locally, already online. A project folder that was made anew asks before it changes what it finds, and
adopts in silence what is the same."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from tests.host.scenes import Project, assert_told, handler

pytest_plugins = ("tests.host.stage",)

QUESTION = "Already online, never deployed from this project:"


def zipped_otherwise(files: dict[str, str]) -> str:
    """A package with the same files, as another tool makes it: other order, dates, compression, folder entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = b"by another tool"
        for name, text in files.items():
            info = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10))
            info.create_system = 0  # made under Windows: no modes
            archive.writestr(info, text)
    return base64.b64encode(buffer.getvalue()).decode()


def test_other_configuration_is_asked_about_and_enter_stops(deployed: Project) -> None:
    deployed.edit("UpdateService", "shop", description="mended by bob")
    deployed.edit("UpdateFunction", "shop", "hello", timeout=60)
    deployed.begin_anew()
    status, seen = deployed.answers("deploy", "")
    assert status == 3, seen
    assert_told(
        seen,
        (
            QUESTION,
            "service shop",
            "description  online mended by bob → yours the shop",
            "function shop/hello",
            "timeout  online 60 → yours 10",
        ),
    )
    assert deployed.writes() == []
    assert deployed.baselines() == {}

    status, seen = deployed.answers("deploy", "o")
    assert status == 0, seen
    assert deployed.writes() == ["UpdateService", "UpdateFunction"]
    assert (deployed.service["description"], deployed.function["timeout"]) == ("the shop", 10)
    assert sorted(rescue.live.get("timeout", 0) for rescue in deployed.rescues()) == [0, 60]


def test_other_code_is_asked_about_and_enter_stops(deployed: Project) -> None:
    deployed.begin_anew()
    deployed.code("an old checkout")
    status, seen = deployed.answers("deploy", "")
    assert status == 3, seen
    lines = ("- return [b'one']", "+ return [b'an old checkout']")
    assert_told(seen, (QUESTION, "function shop/hello", "code", "index.py  differs", *lines))
    assert deployed.writes() == []
    assert deployed.url_says() == "one"


def test_what_only_online_has_is_reported_and_not_asked_about(deployed: Project) -> None:
    deployed.edit("UpdateFunction", "shop", "hello", environmentVariables={"LEVEL": "info", "FIX": "1"})
    deployed.begin_anew()
    status, seen = deployed.answers("deploy")
    assert status == 0, seen
    assert "function shop/hello: only set online: environmentVariables.FIX" in seen
    assert deployed.writes() == []


def test_force_makes_a_declared_map_what_s_yaml_says_also_after_the_adoption(deployed: Project) -> None:
    """DESIGN §3: under the policy overwrite a map that s.yaml declares becomes exactly what s.yaml says."""
    deployed.edit("UpdateFunction", "shop", "hello", environmentVariables={"LEVEL": "info", "FIX": "1"})
    deployed.begin_anew()
    status, seen = deployed.answers("deploy")
    assert status == 0, seen
    status, seen = deployed.answers("deploy --use-remote")
    assert status == 0, seen
    assert deployed.function["environmentVariables"] == {"LEVEL": "info"}
    (rescue,) = deployed.rescues()
    assert rescue.live["environmentVariables"]["FIX"] == "1"


@pytest.mark.parametrize("zipped", ["by the deployment before", "by another tool"])
def test_what_is_the_same_including_the_code_is_adopted_in_silence(deployed: Project, zipped: str) -> None:
    if zipped == "by another tool":
        before = deployed.function["codeChecksum"]
        package = zipped_otherwise({"index.py": handler("one")})
        deployed.edit("UpdateFunction", "shop", "hello", code={"zipFile": package})
        assert deployed.function["codeChecksum"] != before
    deployed.begin_anew()
    status, seen = deployed.answers("deploy")
    assert status == 0, seen
    assert deployed.writes() == []
    assert "service shop adopted: already online as s.yaml says" in seen
    assert "function shop/hello adopted: already online as s.yaml says" in seen

    deployed.edit("UpdateFunction", "shop", "hello", files={"index.py": handler("mended by bob")})
    status, seen = deployed.answers("deploy", "")  # adopted means known: what happens from now on is drift
    assert status == 3, seen
    assert_told(seen, ("Changed online since this project last deployed:", "function shop/hello", "code"))
