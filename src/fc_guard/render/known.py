"""Knows the secrets that a run has met, and every form in which a text from outside may hold one.

A value of a secret field is hidden wherever it stands if it has six characters or more and is neither a plain word, nor
a short number, nor what s.yaml says openly in some other place: hiding `prod` or `8080` everywhere would leave nothing
to read. A weaker one is hidden where a message quotes a value. Keys, tokens, private keys and passwords in URLs are
always hidden.

Whoever may read values of secret fields (`Reveal`) reads them wherever they stand; the keys of the run stay hidden.
"""

from __future__ import annotations

import base64
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote

from fc_guard.model.fields import Json, Reveal
from fc_guard.render.cutting import Span, shared
from fc_guard.render.halves import Halves
from fc_guard.render.looks import leaves, looks_secret
from fc_guard.render.values import safe, safe_text

MASK: Final = "(hidden)"
SHORTEST: Final = 6
SHORTEST_KEY: Final = 4
SHORTEST_LINE: Final = 8
PLAIN: Final = re.compile(r"[a-z]{0,20}|[A-Z]{0,20}|[A-Z][a-z]{0,20}|[\d.,:+-]{0,9}")
"""Matches words and numbers that stand everywhere."""
SIMPLE: Final = re.compile(r"[A-Za-z0-9_.-]*")
"""Matches what every way of quoting leaves as it is."""
REFERENCE: Final = re.compile(r"\$\{\s*[A-Za-z_][\w-]*(?:\.[\w-]+)+\s*\}")
"""Matches a value that is only a reference of the host's, `${vars.token}`: it says where the secret is."""
PASSWORD: Final = re.compile(r"://[^\s/@:]*:([^\s/@]+)@")
QUOTED: Final = re.compile(r"""(?P<mark>['"`])(?P<value>(?:\\.|(?!(?P=mark))[^\\]){1,80})(?P=mark)""", re.DOTALL)
ACTUAL: Final = re.compile(
    r"(?P<mark>(?<![A-Za-z0-9_])(?:actual|value|got|received)[:=] ?)(?P<value>[^\s,;)'\"，；）。：、]+)"
)
FILE: Final = re.compile(r"(?:\.{0,2}/|~/|[A-Za-z]:\\).{0,100}|.{0,240}\.\w{1,5}", re.DOTALL)
GO: Final = str.maketrans({"\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class Secrets:
    """Gathers what is secret, and what is open. Several threads may add to it: it only grows."""

    def __init__(self, names: frozenset[str] = frozenset(), fetched: frozenset[str] = frozenset()) -> None:
        """`names` are the members of props below which every value is secret. A value of a `fetched` one may be a file,
        or a URL, whose query may sign it."""
        self._names = names
        self._fetched = fetched
        self._values: set[str] = set()
        self._telling: set[str] = set()  # the values that look like secrets
        self._passwords: set[str] = set()  # inside of values
        self._keys: set[str] = set()
        self._open: set[str] = set()
        self._masks = {reveal: Masks() for reveal in Reveal}

    def learn(self, value: Json, name: str = "") -> None:
        """Learns a value of a secret field; of objects, lists and JSON text, all that is in it."""
        for called, leaf in leaves(value, name):
            texts = [text for text in texts_of(leaf) if REFERENCE.fullmatch(text) is None]
            self._values.update(texts)
            if looks_secret(called, leaf):
                self._telling.update(texts)
            self._passwords.update(password for text in texts for password in _passwords(text))

    def learn_keys(self, *keys: str) -> None:
        """Learns keys and tokens, which are hidden whatever they look like."""
        self._keys.update(keys)

    def learn_open(self, *texts: str) -> None:
        self._open.update(texts)

    def learn_props(self, props: Any) -> None:
        """Learns all that s.yaml says, each text as secret as its name says."""
        self._learn_below(props, ())

    def masks(self, reveal: Reveal = Reveal.NOTHING) -> Masks:
        """Returns what hides the secrets that are known by now, but those that are to be shown."""
        values, keys, opened = *self._hidden(reveal), frozenset(self._open)
        if self._masks[reveal].reveals(opened):
            self._masks[reveal] = Masks()
        self._masks[reveal].add(values, keys, opened)
        return self._masks[reveal]

    def _hidden(self, reveal: Reveal) -> tuple[frozenset[str], frozenset[str]]:
        """Returns the values and the keys that stay hidden."""
        if reveal is Reveal.ALL:
            return frozenset(), frozenset(self._keys)
        values = self._values if reveal is Reveal.NOTHING else self._telling
        return frozenset(values), frozenset(self._keys | self._passwords)

    def _learn_below(self, value: Any, place: tuple[str, ...]) -> None:
        if place and place[-1] in self._fetched and isinstance(value, str) and _is_url(value):
            self._learn_address(value.strip())
        elif place and place[-1] in self._names:
            if not (place[-1] in self._fetched and isinstance(value, str)):
                self.learn(value, place[-1])
            elif not names_a_file(value):
                self.learn_keys(value)
        elif isinstance(value, Mapping):
            for key, item in value.items():
                self._learn_below(item, (*place, str(key)))
        elif isinstance(value, list | tuple):
            for item in value:
                self._learn_below(item, place)
        elif isinstance(value, str):
            self.learn_keys(*_passwords(value))
            self.learn_open(value)

    def _learn_address(self, url: str) -> None:
        """Learns what opens an address: a password, and the query, whole and as far as its values are strong enough."""
        address, _, query = url.partition("?")
        user = address.partition("://")[2].partition("/")[0].rpartition("@")[0]
        password = user.partition(":")[2]
        self.learn_keys(*(part for part in (password, unquote(password), query, unquote(query)) if part))
        self.learn([value for _, value in parse_qsl(query)])
        self.learn_open(address.replace(f"{user}@", "") if user else address)


class Masks:
    """Finds the secrets in a text, in time that grows with the text alone. It grows with what is learned."""

    def __init__(self) -> None:
        self._values: frozenset[str] = frozenset()
        self._keys: frozenset[str] = frozenset()
        self._opened: frozenset[str] = frozenset()
        self._strong: set[str] = set()
        self._weak: set[str] = set()  # as a message quotes them
        self._forms: list[str] = []  # sorted
        self._halves = Halves()
        self._starts: set[str] = set()
        self._longest = 0

    def reveals(self, opened: frozenset[str]) -> bool:
        """Says whether something that is hidden turns out to be said openly."""
        new = opened - self._opened
        spoken = _spoken(new)
        return not self._weak.isdisjoint(text.strip() for text in new) or any(
            text.strip() in spoken for text in self._strong
        )

    def add(self, values: frozenset[str], keys: frozenset[str], opened: frozenset[str]) -> None:
        """Adds to the masks; each argument is all that is known by now."""
        new, new_keys = values - self._values, keys - self._keys
        self._values, self._keys, self._opened = values, keys, opened
        if not new and not new_keys:
            return
        spoken, said = _spoken(opened), {text.strip() for text in opened}
        strong = {text for text in new if _is_strong(text) and text.strip() not in spoken}
        weak = {text for text in new - strong if text.strip() not in said}
        forms = {form for text in strong for form in _forms(text, SHORTEST)}
        forms |= {form for text in new_keys for form in _forms(text, SHORTEST_KEY)}
        self._strong |= strong
        self._weak.update(form for text in weak for form in _short(text) if form)
        self._forms = sorted({*self._forms, *forms})
        self._halves = Halves(self._forms)
        self._starts.update(form[:SHORTEST_KEY] for form in forms)
        self._longest = max(self._longest, *map(len, forms)) if forms else self._longest

    def hide(self, text: str) -> str:
        """Returns the text without any strong secret, nor what a cut left of one."""
        starts = self._starts
        if not starts:
            return text
        hits = [at for at in range(len(text) - SHORTEST_KEY + 1) if text[at : at + SHORTEST_KEY] in starts]
        whole = ((at, at + self._found(text[at : at + self._longest])) for at in hits)
        return _without(text, _merged([*whole, *self._halves.found(text)]))

    def _found(self, text: str) -> int:
        """Returns the length of the longest form that the text begins with; 0 for none."""
        while len(text) >= SHORTEST_KEY:
            place = bisect_right(self._forms, text)
            near = self._forms[place - 1] if place else ""
            if near and text.startswith(near):
                return len(near)
            text = text[: shared(near, text)]  # nothing longer can begin it
        return 0

    def hide_quoted(self, text: str) -> str:
        """Returns the text without strong secrets, and without weak ones where it quotes a value."""
        text = self.hide(text)
        return ACTUAL.sub(self._unquoted, QUOTED.sub(self._unquoted, text)) if self._weak else text

    def _unquoted(self, found: re.Match[str]) -> str:
        if found["value"] not in self._weak:
            return found[0]
        return f"{found['mark']}{MASK}{found['mark'] if len(found['mark']) == 1 else ''}"


def _spoken(opened: Iterable[str]) -> str:
    return "\n".join(PASSWORD.sub("://", text) for text in opened)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Returns the spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], MASK]
        done = end
    return "".join([*parts, text[done:]])


def names_a_file(text: str) -> bool:
    """Says whether the text of a private key says where the key lies, rather than being the key."""
    text = text.strip()
    if "\n" in text or "-----" in text:
        return False
    return _is_url(text) or text.lower().startswith("oss://") or FILE.fullmatch(text) is not None


def _is_url(text: str) -> bool:
    return text.strip().lower().startswith(("http://", "https://"))


def _is_strong(text: str) -> bool:
    return len(text.strip()) >= SHORTEST and PLAIN.fullmatch(text.strip()) is None


def texts_of(value: Json) -> Iterator[str]:
    """Yields every text in a value, also in JSON text; numbers as they are written."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str):
        yield value
        yield from _inside(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield json.dumps(value)


def _inside(text: str) -> Iterator[str]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from texts_of(json.loads(text))
        except (ValueError, RecursionError):
            return


def _passwords(text: str) -> Iterator[str]:
    for found in PASSWORD.finditer(text):
        yield found[1]
        yield unquote(found[1])


def _forms(text: str, shortest: int) -> Iterator[str]:
    """Yields every way in which a text may be quoted; of several lines, each line as well."""
    lines = [line.strip() for line in text.splitlines()] if "\n" in text or "\r" in text else []
    wholes = {text, text.strip()}
    parts = {line for line in lines if len(line) >= SHORTEST_LINE and not line.startswith("-----")}
    for each in wholes | parts:
        yield from (form for form in _spellings(each) if len(form) >= shortest)


def _spellings(text: str) -> Iterator[str]:
    yield text
    data = text.encode("utf-8", "surrogatepass")
    for encoded in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        yield encoded.decode("ascii")
        yield encoded.decode("ascii").rstrip("=")
    if SIMPLE.fullmatch(text):
        return
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield from _short(text)
    quoted = quote(data, safe="")
    yield from (quoted, quoted.replace("%2F", "/"), quoted.replace("%20", "+"), quoted.lower())
    yield safe_text(text)


def _short(text: str) -> Iterator[str]:
    """Yields the text as a message quotes it: as it is, escaped by Python, by Go, and by us."""
    yield from (text, text.strip(), repr(text)[1:-1], safe(text))
    go = text.replace("\\", "\\\\").translate(GO)
    yield from (safe(go), safe(go.replace('"', '\\"')))
