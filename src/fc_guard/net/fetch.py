"""One GET of an address from somebody else: under a limit, without redirects, its body never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.client import HTTPException
from typing import Final
from urllib.request import getproxies

from requests import Request, RequestException, Response
from requests.exceptions import InvalidProxyURL
from urllib3.exceptions import HTTPError

from fc_guard.language import t
from fc_guard.net.held import HeldAdapter, tls, under
from fc_guard.net.limits import Limit, Refused
from fc_guard.net.words import in_words, redirected

CHUNK: Final = 1 << 20


class Answer:
    """An answer whose body is still coming. It is a context manager that closes the connection and the limit."""

    def __init__(self, response: Response, adapter: HeldAdapter, limit: Limit) -> None:
        self._response = response
        self._adapter = adapter
        self.limit = limit
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self.limit.close()
        self._response.close()
        self._adapter.close()

    def chunks(self, most: int = CHUNK) -> Iterator[bytes]:
        """Yields the body in chunks of up to `most` bytes. Raises `TooSlow` or `Refused`. The caller compares the
        length to know whether the body is whole."""
        raw = self._response.raw
        raw.enforce_content_length = False
        try:
            while chunk := raw.read1(most, decode_content=False):
                self.limit.moved(len(chunk))
                yield chunk
        except (HTTPError, HTTPException, OSError) as error:
            self.limit.require()
            raise Refused(in_words(error)) from error
        self.limit.require()


def opened(url: str, limit: Limit, silence: float, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns the answer to a GET, with any status but a redirect. `silence` is the longest time between two packets,
    in seconds. Raises `TooSlow` or `Refused` in our own words, since the libraries' messages may quote the address."""
    secure = url[:6].lower() == "https:"
    adapter = HeldAdapter(tls() if secure else None)
    limit.start()
    try:
        answer = _answered(url, adapter, limit, silence, headers or {})
        if 300 <= answer.status < 400:
            answer.close()  # the adapter does not know of a connection that is in use
            raise Refused(redirected(answer.headers.get("Location", "")))
    except BaseException:
        limit.close()
        adapter.close()
        raise
    return answer


def _answered(url: str, adapter: HeldAdapter, limit: Limit, silence: float, headers: Mapping[str, str]) -> Answer:
    try:
        request = Request("GET", url, headers={"Accept-Encoding": "identity", **headers}).prepare()
        with under(limit):
            return Answer(adapter.send(request, timeout=silence, proxies=getproxies()), adapter, limit)
    except InvalidProxyURL as error:
        raise Refused(t("the address of the proxy cannot be used")) from error
    except (RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        limit.require()
        raise Refused(t("it is no usable address") if isinstance(error, ValueError) else in_words(error)) from error
