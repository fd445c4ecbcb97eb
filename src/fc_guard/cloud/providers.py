"""Which gateway answers for a kind: one for each provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
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
    from fc_guard.cloud.fc2.gateway import Fc2Gateway  # noqa: PLC0415

    return Fc2Gateway(endpoint, region, credential, catalog)


PROVIDERS: Final = (Provider(FC2, _fc2_endpoint, _fc2_gateway),)
"""For whoever puts a run together."""


def provider_of(providers: tuple[Provider, ...], name: str) -> Provider:
    return next(provider for provider in providers if provider.name == name)


def require_gateways(providers: tuple[Provider, ...], catalog: Catalog) -> None:
    """Raises `ValueError` where the catalog has a kind for which no gateway would answer."""
    missing = {kind.provider for kind in catalog.kinds} - {provider.name for provider in providers}
    if missing:
        raise ValueError(f"there is no gateway for {sorted(missing)}")


class Gateways:
    """The gateways for one endpoint, each made when it is first needed, by whichever thread needs it. An endpoint that
    was named is that of every provider."""

    def __init__(
        self, providers: tuple[Provider, ...], catalog: Catalog, endpoint: str, region: str, credential: Credential
    ) -> None:
        """Raises `ValueError` as `require_gateways` does."""
        require_gateways(providers, catalog)
        self._providers = providers
        self._catalog = catalog
        self._where = (endpoint, region, credential)
        self._made: dict[str, Gateway] = {}
        self._making = Lock()

    def of(self, provider: str) -> Gateway:
        with self._making:
            if provider not in self._made:
                own = Catalog(tuple(kind for kind in self._catalog.kinds if kind.provider == provider))
                self._made[provider] = provider_of(self._providers, provider).gateway(*self._where, own)
            return self._made[provider]

    def about(self, id: Address) -> Gateway:
        """The one that answers for a resource."""
        return self.of(id.provider)
