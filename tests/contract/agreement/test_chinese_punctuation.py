"""Chinese texts have the punctuation of Chinese, and one rule for the space beside Latin letters."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fc_guard.catalogs import DOMAIN, FOLDER, in_language
from fc_guard.language import joined, said, sentences, t

ROOT = Path(__file__).resolve().parents[3]
CJK = r"[\u4e00-\u9fff]"
LATIN = r"[A-Za-z0-9`$~]|--?(?=[a-z])"
FULL = "，。：；？！（）、"
PLACEHOLDER = r"\{[^{}]*\}"
RULES = {
    "a comma, colon, semicolon, question or exclamation mark is full-width": rf"{CJK}[,:;?!]|[,:;?!] ?{CJK}",
    "so is one behind a value or a dotted name": rf"(?:{PLACEHOLDER}…?|\w\.\w+)[,:;?!](?:\s|$)",
    "a sentence ends with 。": rf"(?:{CJK}|\w\w|[`}})])\.(?:\s|$)",
    "parentheses are full-width": rf"\([^()]*{CJK}|{CJK}[^()（）]*\((?!s\))|\([^()]*{PLACEHOLDER}|{CJK}\)",
    "quotation marks are those of the code, or 「」": "[“”‘’]",
    "no space stands beside full-width punctuation": rf"(?<=[^\s]) [{FULL}]|[{FULL}] (?=\S)",
    "no punctuation stands twice": "[，。：；、]{2}",
    "a space stands between Chinese and Latin": rf"{CJK}(?:{LATIN})|[A-Za-z0-9`%]{CJK}",
    "none stands between Chinese and Chinese": rf"{CJK} {CJK}",
}
EXAMPLES = re.compile(r"`[^`]*`|\{state\}: oss://\S+|https?://\S+|'[^']*'|<[^<>]*>|\"[^\"]*\"|acs:\S+:::")
"""What is quoted as it is."""
MIXED = {
    "why": "begins in Chinese and ends with the name of a variable",
    "called": "begins with what a file is of",
    "here": "is a value in one message, and what happened to a file in another",
    "words": "are options in one message, and an end of the sentence in another",
    "named": "is a name in one message, and a kind of character in another",
    "seconds": "is a number, or a number with its unit",
}
"""Placeholders that stand for Chinese words in one place and for a name or a number in another."""


def po_texts() -> Iterator[tuple[str, str]]:
    with (FOLDER / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        for message in read_po(file, locale="zh_CN"):
            forms = (message.string,) if isinstance(message.string, str) else message.string
            if message.id:
                english = message.id if isinstance(message.id, str) else message.id[0]
                yield from ((english, form) for form in forms)


def read(name: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((ROOT / name).read_text(encoding="utf-8"))
    return texts


def instead_texts() -> Iterator[tuple[str, str]]:
    english, chinese = read("src/elsewhere.json"), read("src/elsewhere.zh_CN.json")
    return ((english[word], text) for word, text in chinese.items())


TEXTS = [*po_texts(), *read("schema/zh.json").items(), *instead_texts()]


def bare(text: str) -> str:
    """Without what is quoted: a word of Latin letters stands for it."""
    return EXAMPLES.sub("`x`", text)


def is_sentence(text: str) -> bool:
    return re.search(CJK, text) is not None


@pytest.mark.parametrize("rule", RULES)
def test_chinese_texts_keep_to_the_rule(rule: str) -> None:
    said = [text for _, text in TEXTS if is_sentence(text)]
    assert len(said) > 1000
    assert [text for text in said if re.search(RULES[rule], bare(text), re.M)] == []


BREAKING = {
    "a comma, colon, semicolon, question or exclamation mark is full-width": ("写入,并保存", "类型: 错误", "怎么处理?"),
    "so is one behind a value or a dotted name": ("{dotted}: 缺少", "function.ossKey: codeUri 也写了"),
    "a sentence ends with 。": ("已写入.", "写在 s.yaml.", "见 {path}.\n"),
    "parentheses are full-width": ("(已写入)", "已写入 ({why})", "已写入(2)"),
    "quotation marks are those of the code, or 「」": ("“已写入”",),
    "no space stands beside full-width punctuation": ("已写入 ，保存", "已写入， 保存"),
    "no punctuation stands twice": ("已写入。。",),
    "a space stands between Chinese and Latin": ("写入s.yaml", "2个资源", "加`-y`", "加--prune"),
    "none stands between Chinese and Chinese": ("已写入 并保存",),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_breaks_it(rule: str) -> None:
    assert [each for each in BREAKING[rule] if not re.search(RULES[rule], bare(each), re.M)] == []


def test_columns_are_those_of_the_english_text() -> None:
    assert [text for english, text in TEXTS if re.search(r"\S  +\S", text) and not re.search(r"\S  +\S", english)] == []


ENDS = {".": "。", "?": "？", "!": "！", ":": "："}


def test_a_chinese_text_ends_as_the_english_one_does() -> None:
    def end(text: str) -> str:
        last = text.rstrip()[-1:]
        return ENDS.get(last, last if last in ENDS.values() else "")

    assert [(english, text) for english, text in TEXTS if end(english) != end(text)] == []


def test_what_joins_texts_is_full_width_too() -> None:
    """Such a message has no words; its punctuation stands between Chinese ones."""
    joints = [text for _, text in TEXTS if not re.search(r"[^\W\d_]", re.sub(PLACEHOLDER, "", text))]
    assert len(joints) > 15
    assert [text for text in joints if re.search(r"[,;:()](?:\s|$)|\(", text)] == []


def test_a_value_has_a_space_everywhere_or_nowhere() -> None:
    spaced, tight = defaultdict(list), defaultdict(list)
    for _, text in TEXTS:
        for name in re.findall(rf"{CJK} \{{([^}}]*)\}}|\{{([^}}]*)\}} {CJK}", text):
            spaced["".join(name)].append(text)
        for name in re.findall(rf"{CJK}\{{([^}}]*)\}}|\{{([^}}]*)\}}{CJK}", text):
            tight["".join(name)].append(text)
    both = spaced.keys() & tight.keys()
    assert {name: (spaced[name], tight[name]) for name in both - MIXED.keys()} == {}
    assert MIXED.keys() <= both


def test_a_list_in_a_sentence_is_separated_as_chinese_is() -> None:
    chinese = in_language("zh_CN")
    assert said(joined(("甲", "乙"), ", "), chinese) == "甲、乙"
    assert said(joined((t("saved"), t("online")), "; "), chinese) == "备份；线上"
    assert (joined(("a", "b"), ", "), joined(("a",), ", ")) == ("a, b", "a")


def test_sentences_after_one_another_have_no_space_between_them() -> None:
    chinese = in_language("zh_CN")
    both = sentences((t("Nothing was recorded."), t("Add -y.")))
    assert (both, said(both, chinese)) == ("Nothing was recorded. Add -y.", "什么都没有记录。请加 -y。")
    assert sentences(("a",)) == "a"
