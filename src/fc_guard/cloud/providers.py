"""The table of providers, and the gateway that answers for each kind."""

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

    `endpoint` takes account and region and returns the service's URL; `gateway` takes that URL, region, keys and the
    kinds that it answers for.
    """

    name: str
    endpoint: Callable[[str, str], str]
    gateway: Callable[[str, str, Credential, Catalog], Gateway]


def _fc2_endpoint(account: str, region: str) -> str:
    return f"https://{account}.{region}.fc.aliyuncs.com"


def _fc2_gateway(endpoint: str, region: str, credential: Credential, catalog: Catalog) -> Gateway:
    """Imports the SDK late: that takes half a second, and not every run needs it."""
    from fc_guard.cloud.fc2.gateway import Fc2Gateway  # noqa: PLC0415

    return Fc2Gateway(endpoint, region, credential, catalog)


PROVIDERS: Final = (Provider(FC2, _fc2_endpoint, _fc2_gateway),)


def provider_of(providers: tuple[Provider, ...], name: str) -> Provider:
    return next(provider for provider in providers if provider.name == name)


def require_gateways(providers: tuple[Provider, ...], catalog: Catalog) -> None:
    """Raises `ValueError` if the catalog has a kind that no gateway answers for."""
    missing = {kind.provider for kind in catalog.kinds} - {provider.name for provider in providers}
    if missing:
        raise ValueError(f"there is no gateway for {sorted(missing)}")


class Gateways:
    """The gateways of all providers. Each is made at its first use, from any thread.

    `endpoint` is one URL for all of them, such as that of a local service; '' stands for each provider's own.
    """

    def __init__(
        self, providers: tuple[Provider, ...], catalog: Catalog, endpoint: str, region: str, credential: Credential
    ) -> None:
        """Raises `ValueError` like `require_gateways`."""
        require_gateways(providers, catalog)
        self._providers = providers
        self._catalog = catalog
        self._endpoint = endpoint
        self._where = (region, credential)
        self._made: dict[str, Gateway] = {}
        self._making = Lock()

    def of(self, provider: str) -> Gateway:
        with self._making:
            if provider not in self._made:
                own = Catalog(tuple(kind for kind in self._catalog.kinds if kind.provider == provider))
                found, (region, credential) = provider_of(self._providers, provider), self._where
                endpoint = self._endpoint or found.endpoint(credential.account, region)
                self._made[provider] = found.gateway(endpoint, region, credential, own)
            return self._made[provider]

    def about(self, id: Address) -> Gateway:
        return self.of(id.provider)
