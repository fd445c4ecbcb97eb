"""Text for people: English, and able to be said in another language on its way out.

`t("{name} was deleted", name=id)` is the English sentence, a `str` as any other: compared, stored and put into JSON as
it is. It remembers how it was made, so that whoever shows it to a person (`render.sink`) can say it in that person's
language. What is put together from such texts has to be made by `t`, `joined` or `then` too: an f-string or `str.join`
makes plain text of them, which stays English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Translate = Callable[[str, str, int], str]
"""(message, message for several or '', number) -> the template in another language."""


class Text(str):
    """English text that can be said in another language."""

    __slots__ = ("_say",)

    _say: Callable[[Translate], str]

    def __str__(self) -> str:
        return self  # `str` of a subclass would make plain text of it

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str.__str__(self),)  # what is stored is plain text

    def __add__(self, other: str) -> str:
        return joined((self, other), "")

    def __radd__(self, other: str) -> str:
        return joined((other, self), "")

    def said(self, translate: Translate) -> str:
        """Returns the text in another language."""
        return self._say(translate)


def t(message: str, /, **values: Any) -> str:
    """Returns text for people. `message` is a literal, which the catalogs hold: a template of `str.format`."""
    return _told(lambda translate: _filled(message, translate(message, "", 1), values, translate))


def tn(one: str, several: str, number: int, /, **values: Any) -> str:
    """Returns text about a number of things, which the templates may name as `{number}`."""
    numbered = {"number": number, **values}
    template = english(one, several, number)
    return _told(lambda translate: _filled(template, translate(one, several, number), numbered, translate))


def joined(parts: Iterable[str], between: str = "\n") -> str:
    """Returns texts after one another. A comma or a semicolon between them is that of the person's language."""
    each = tuple(parts)
    between = SEPARATORS.get(between, between) if len(each) > 1 else between
    if not any(isinstance(part, Text) for part in (between, *each)):
        return between.join(each)
    return _told(lambda translate: said(between, translate).join(said(part, translate) for part in each))


def sentences(parts: Iterable[str]) -> str:
    """Returns sentences after one another. Chinese ones have no space between them."""
    told: list[str] = []
    for part in parts:
        told += [then(told[-1], lambda said: "" if said.endswith(("。", "！", "？")) else " ")] if told else []
        told.append(part)
    return joined(told, "")


def then(text: str, change: Callable[[str], str]) -> str:
    """Returns the text with a change that is made when its language is known: indented, painted, cut."""
    return _told(lambda translate: change(said(text, translate))) if isinstance(text, Text) else change(text)


def said(text: str, translate: Translate) -> str:
    """Returns any text in another language, as far as it remembers how it was made."""
    if not isinstance(text, Text):
        return text
    return str.__str__(text) if translate is english else text.said(translate)


def english(one: str, several: str, number: int) -> str:
    return several if several and number != 1 else one


def _told(say: Callable[[Translate], str]) -> Text:
    text = Text(say(english))
    text._say = say
    return text


def _filled(template: str, translated: str, values: Mapping[str, Any], translate: Translate) -> str:
    told = {name: _said(value, translate) for name, value in values.items()}
    try:
        return translated.format_map(told)
    except (KeyError, IndexError, ValueError):
        return template.format_map(told)  # the catalog on this machine is damaged


def _said(value: Any, translate: Translate) -> Any:
    if isinstance(value, BaseException):
        value = str(value)
    return said(value, translate) if isinstance(value, str) else value


SEPARATORS: Final[Mapping[str, str]] = {", ": t(", "), "; ": t("; ")}
"""What stands between the items of a list in a sentence, as another language writes it."""
