"""What of an s.yaml may be shown."""

from __future__ import annotations

from fc_guard.artifacts.yaml_masks import Veil, masked_text
from fc_guard.kinds.catalog import CATALOG
from fc_guard.model.fields import Reveal

TEXT = """\
more: &more s1
vars:
  region: cn-hangzhou
  db: {password: s2, port: 1}
env:
  NAME: s4
props:
  note: ${vars.region}
  environmentVariables:
    A: *more
    B: ${vars.db.password}
    C: "pg://u:s3@${vars.db.port}/x"
    D: ${env.NAME}
"""


def test_secrets_are_hidden_and_so_is_what_they_are_made_of() -> None:
    assert masked_text(TEXT, Veil(CATALOG.secret_names)) == (
        TEXT.replace("s1", "(hidden)")
        .replace("s2", "(hidden)")
        .replace("port: 1", "port: (hidden)")
        .replace('"pg://u:s3@${vars.db.port}/x"', "(hidden)")
    )


def test_what_looks_plain_may_be_shown_by_the_name_and_value_that_are_secret() -> None:
    text = TEXT.replace("A: *more", "A: prod\n    TOKEN: prod\n    PORT: ${vars.db.port}").replace("s3", "hunter")
    shown = masked_text(text, Veil(CATALOG.secret_names, Reveal.PLAIN))
    for line in ("    A: prod\n", "    TOKEN: (hidden)\n", "password: s2", "port: 1", "    C: (hidden)\n"):
        assert line in shown


def test_all_may_be_shown() -> None:
    assert masked_text(TEXT, Veil(CATALOG.secret_names, Reveal.ALL)) == TEXT
