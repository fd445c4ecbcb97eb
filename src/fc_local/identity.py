"""Request ids in the form of the real service since 2023: 1-<unix seconds>-<8 hex>-<12 hex>."""

from __future__ import annotations

import secrets
import time
import uuid


def uuid_request_id() -> str:
    """Returns an id of 36 characters, as older recordings and the tests of the old clients have it."""
    return str(uuid.uuid4())


def new_request_id() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(6)}"
