"""Where the products are: in the region of Alibaba Cloud, or beside a local Function Compute; and how they wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fc_guard.cloud.gateway import Credential, Never, Waits
from fc_guard.net.words import LOOPBACK

HOSTS: Final[Mapping[str, str]] = {
    "ram": "https://ram.aliyuncs.com",
    "vpc": "https://vpc.{region}.aliyuncs.com",
    "ecs": "https://ecs.{region}.aliyuncs.com",
    "nas": "https://nas.{region}.aliyuncs.com",
    "sls": "https://{region}.log.aliyuncs.com",
    "cas": "https://cas.aliyuncs.com",
    "test-domain": "http://domain.devsapp.net",
}
"""RAM and CAS are global. The service for test domains has no https: facts of the predecessor."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`endpoint` is Function Compute's URL, which says which cloud it is."""

    endpoint: str
    region: str
    keys: Credential
    waits: Waits = Never

    @property
    def local(self) -> bool:
        return (urlsplit(self.endpoint).hostname or "") in LOOPBACK

    def url(self, product: str) -> str:
        """Returns the URL of a product, without a slash at its end."""
        if self.local:
            url = urlsplit(self.endpoint)
            return f"{url.scheme}://{url.netloc}/__{product}"
        return HOSTS[product].format(region=self.region)
