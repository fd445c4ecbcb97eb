"""Values that may be written in several ways come to the one way in which FC stores them."""

from __future__ import annotations

import pytest

from fc_guard.kinds.spelling import command_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["--port", 8080, True, 1.5], '["--port","8080","true","1.5"]'),
        ('["--port", 8080, true]', '["--port","8080","true"]'),
        ('["--port", "8080"]', '["--port","8080"]'),
        ([], ""),
        ("[]", ""),
        ("node app.js", "node app.js"),
    ],
)
def test_a_container_s_arguments_are_texts_however_they_are_written(written: object, kept: str) -> None:
    assert command_text(written) == kept
