"""The paths of this server besides the operations of both API versions."""

from __future__ import annotations

from urllib.parse import unquote

PROXY = "/2016-08-15/proxy/"  # http triggers
CODE = "/__code/"  # packages, by signed URLs
OSS = "/__oss/"  # the fake OSS
ACTIONTRAIL = "/__actiontrail/"
TEST_DOMAIN = "/__test-domain/"  # the service that gives out test domains


def origin(server: str) -> str:
    """Returns http://127.0.0.1:PORT, without the base path that names a region."""
    return server.split("/~", maxsplit=1)[0]


def of_object(path: str) -> str:
    """Returns the path of a bucket or an object as OSS has it, without /__oss."""
    return path[len(OSS) - 1 :] if path.startswith(OSS) else path


def split_object(path: str) -> tuple[str, str]:
    """Splits /__oss/bucket/a/b or /bucket/a/b into bucket and a/b; the object is '' where the path names none."""
    bucket, _, name = unquote(of_object(path)[1:]).partition("/")
    return bucket, name
