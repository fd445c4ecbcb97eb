"""Where the products are: in the region of Alibaba Cloud, or beside a local Function Compute; and how they wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from fc_guard.cloud.gateway import Credential, Never, Waits
from fc_guard.errors import BadInput, Effect
from fc_guard.language import t
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
"""RAM and CAS are global. The service for test domains has no https: facts of the predecessor.

Also where FC's endpoint is its -internal one: FC has such an address in every region, and the others have theirs under
names of their own or not at all, RAM and the service for test domains among them (docs/decisions/0021)."""
ELSEWHERE: Final[Mapping[tuple[str, str], str]] = {
    ("vpc", "cn-hangzhou-finance"): "https://vpc.aliyuncs.com",
    ("vpc", "cn-north-2-gov-1"): "https://vpc.aliyuncs.com",
    ("ecs", "cn-hangzhou-finance"): "https://ecs.aliyuncs.com",
    ("ecs", "cn-north-2-gov-1"): "https://ecs.aliyuncs.com",
    ("nas", "cn-hangzhou-finance"): "https://nas.cn-hangzhou-dg-a01.aliyuncs.com",
}
"""Regions in which a product has an address of another form, as its SDK has it."""
CLOUD: Final = ".aliyuncs.com"
INSTEAD: Final = t(
    "Leave the endpoint out, or name what is there instead of leaving it to be found or made: the ARN of a role (for\n"
    "the service, for triggers), ids in vpcConfig and nasConfig, project and store in logConfig, a domain of your own."
)
OF_REGION: Final = re.compile(r"(?P<account>\d+)\.(?P<region>[a-z0-9-]+?)(-internal)?\.fc\.aliyuncs\.com")
BASE: Final = re.compile(r"/~((?P<account>\d+)\.)?[a-z0-9-]+/?")
"""How the local FC's address names a region."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`endpoint` is Function Compute's URL, which says which cloud it is."""

    endpoint: str
    region: str
    keys: Credential
    waits: Waits = Never

    @property
    def local(self) -> bool:
        return self._host in LOOPBACK

    @property
    def _host(self) -> str:
        return urlsplit(self.endpoint).hostname or ""

    def url(self, product: str) -> str:
        """Returns the URL of a product, without a slash at its end. Raises `BadInput` where FC's endpoint does not tell
        in which cloud or region that is."""
        if self.local:
            url = urlsplit(self.endpoint)
            return f"{url.scheme}://{url.netloc}/__{product}"
        self._require_cloud()
        return ELSEWHERE.get((product, self.region)) or HOSTS[product].format(region=self.region)

    def of(self, region: str) -> Reach:
        """Returns how Function Compute is reached in another region."""
        if region == self.region:
            return self
        url = urlsplit(self.endpoint)
        if not self.local:
            return replace(self, region=region, endpoint=f"https://{self.keys.account}.{region}.fc.aliyuncs.com")
        base = BASE.fullmatch(url.path)
        account = f"{base['account']}." if base is not None and base["account"] else ""
        return replace(self, region=region, endpoint=f"{url.scheme}://{url.netloc}/~{account}{region}")

    def _require_cloud(self) -> None:
        if not self._host.endswith(CLOUD):
            raise BadInput(
                t(
                    "endpoint {host} does not tell where the rest of its cloud is: RAM, networks, logs.",
                    host=self._host,
                ),
                hint=INSTEAD,
                reference="bad-endpoint",
                effect=Effect.NOTHING,
            )
        named = OF_REGION.fullmatch(self._host)
        if named is not None and named["region"] != self.region:
            raise BadInput(
                t(
                    "endpoint {host} is in another region than s.yaml says, {region}: what is made for a service has "
                    "to be where the service is.",
                    host=self._host,
                    region=self.region,
                ),
                hint=t("Write the region of the endpoint, or leave the endpoint out."),
                reference="bad-endpoint",
                effect=Effect.NOTHING,
            )
