"""Which gateway answers for a kind: one for each provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fc_guard.cloud.gateway import Credential, Gateway
from fc_guard.kinds.fc2.provider import FC2
from fc_guard.model.address import Address
from fc_guard.model.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Provider:
    """A cloud's service with an API of its own.

    endpoint  (account, region) -> the URL of its service
    gateway   (endpoint, region, keys, the kinds that it answers for) -> the gateway
    """

    name: str
    endpoint: Callable[[str, str], str]
    gateway: Callable[[str, str, Credential, Catalog], Gateway]


def _fc2_endpoint(account: str, region: str) -> str:
    return f"https://{account}.{region}.fc.aliyuncs.com"


def _fc2_gateway(endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
    """The SDK is imported here, late: it takes half a second, and not every run needs it."""
    from fc_guard.cloud.sdk import SdkGateway  # noqa: PLC0415

    return SdkGateway(endpoint, region, credential, catalog)


PROVIDERS: Final = (Provider(FC2, _fc2_endpoint, _fc2_gateway),)
"""For whoever puts a run together."""


@dataclass(frozen=True, slots=True)
class Gateways:
    """The gateways of one account and region, each made when it is first needed.

    Making this raises `ValueError` where the catalog has a kind of a provider that is not here.
    """

    providers: tuple[Provider, ...]
    catalog: Catalog
    endpoint: str
    region: str
    credential: Credential
    _made: dict[str, Gateway] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        missing = {kind.provider for kind in self.catalog.kinds} - {provider.name for provider in self.providers}
        if missing:
            raise ValueError(f"there is no gateway for {sorted(missing)}")

    def of(self, provider: str) -> Gateway:
        """Any endpoint that was named is that of every provider."""
        if provider not in self._made:
            named = next(each for each in self.providers if each.name == provider)
            own = Catalog(tuple(kind for kind in self.catalog.kinds if kind.provider == provider))
            self._made[provider] = named.gateway(self.endpoint, self.region, self.credential, own)
        return self._made[provider]

    def about(self, id: Address) -> Gateway:
        return self.of(id.provider)


def provider_of(providers: tuple[Provider, ...], name: str) -> Provider:
    found: Mapping[str, Provider] = {provider.name: provider for provider in providers}
    return found[name]
