"""The paths of this server besides the operations of both API versions."""

from __future__ import annotations

PROXY = "/2016-08-15/proxy/"  # http triggers
CODE = "/__code/"  # packages, by signed URLs
OSS = "/__oss/"  # the fake OSS
XTRACE = "/__xtrace/"
ACTIONTRAIL = "/__actiontrail/"


def origin(server: str) -> str:
    """Returns http://127.0.0.1:PORT, without the base path that names a region."""
    return server.split("/~", maxsplit=1)[0]
