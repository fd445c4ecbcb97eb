"""What of an s.yaml may be shown."""

from __future__ import annotations

from fc_guard.artifacts.yaml_masks import masked_text
from fc_guard.kinds.catalog import CATALOG

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
    assert masked_text(TEXT, CATALOG.secret_names) == (
        TEXT.replace("s1", "(hidden)")
        .replace("s2", "(hidden)")
        .replace("port: 1", "port: (hidden)")
        .replace('"pg://u:s3@${vars.db.port}/x"', "(hidden)")
    )
