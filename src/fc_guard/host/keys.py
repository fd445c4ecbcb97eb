"""The keys of a step's access: the host's, else the usual environment variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from fc_guard.cloud.gateway import Credential
from fc_guard.errors import BadInput
from fc_guard.language import t
from fc_guard.state.names import require_account

KEYS: Final = {
    "AccessKeyID": "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "AccessKeySecret": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "SecurityToken": "ALIBABA_CLOUD_SECURITY_TOKEN",
}
ACCOUNT: Final = ("AccountID", "ALIBABA_CLOUD_ACCOUNT_ID")


def credential_of(answer: Mapping[str, Any]) -> Credential:
    """Returns the keys in the host's answer, else those in the environment. Raises `BadInput`."""
    told = answer.get("credential") or {}
    if told.get("AccessKeyID") and told.get("AccessKeySecret"):
        keys = tuple(_clean(told.get(name), name) for name in KEYS)
    else:
        keys = tuple(_clean(os.environ.get(name), name) for name in KEYS.values())
    if not (keys[0] and keys[1]):
        why = answer.get("error") or t("the host knows none for this access")
        raise BadInput(
            t("No credentials: {why}.", why=why),
            hint=t(
                "Add them with `s config add`, name the access in s.yaml or with -a, or set\n"
                "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and "
                "ALIBABA_CLOUD_ACCOUNT_ID."
            ),
            reference="no-credentials",
        )
    account = (str(told.get(ACCOUNT[0]) or "") or os.environ.get(ACCOUNT[1], "")).strip()
    if not account:
        raise BadInput(
            t("The account id of these credentials is not known."),
            hint=t("Set AccountID with `s config add`, or ALIBABA_CLOUD_ACCOUNT_ID."),
            reference="no-account",
        )
    require_account(account)
    return Credential(account, *keys)


def _clean(value: object, name: str) -> str:
    """Returns a key without the white space around it, such as the line's end of the file it was read from."""
    text = str(value or "").strip()
    if not text.isascii():
        raise _unusable(name, t("holds characters that are not ASCII"))
    if not text.isprintable() or " " in text:
        raise _unusable(name, t("holds spaces or control characters, such as a line break"))
    return text


def _unusable(name: str, why: str) -> BadInput:
    """Names the key, and never its value."""
    return BadInput(
        t("{name} {why}: it cannot be right.", name=name, why=why),
        hint=t("Set it again, with `s config add` or in the environment; a copy of it may have brought more along."),
        reference="bad-credentials",
    )
