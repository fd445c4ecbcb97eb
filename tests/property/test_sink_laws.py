"""Whatever a text from outside holds, what is told of it steers nothing and gives no key away."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fc_guard.render.known import MASK, Secrets
from fc_guard.render.paint import COLOUR
from fc_guard.render.sink import Sink, json_text
from fc_guard.render.values import safe
from tests.unit.render.test_sink import knowing


@given(st.text(min_size=6, max_size=20).filter(lambda text: len(text.strip()) >= 6), st.text(max_size=20))
def test_no_text_lets_a_key_through(secret: str, around: str) -> None:
    for text in (f"{around}{secret}{around}", f"{around}{safe(secret)}", f"{around}{json.dumps(secret)}"):
        told = Sink(knowing(keys=(secret,))).text(text)
        assert safe(secret.strip()) not in told.replace(MASK, "")


OUTSIDE = st.text(st.sampled_from("a:#[vsotemciy \n\t\r\x1b[m31;\u202e\u200b\u2028\x9b\x85\x7f\u3164中"), max_size=60)


@given(OUTSIDE, st.booleans())
def test_nothing_that_steers_comes_out(text: str, colour: bool) -> None:
    sink = Sink(Secrets())
    for told in (sink.text(text, colour=colour), sink.message(text), sink.document([text])[0]):
        bare = COLOUR.sub("", told)
        assert all(c in "\n\t" or c.isprintable() for c in bare)
        assert not any(line.strip().startswith("::") for line in bare.splitlines())
        assert not any(word in bare for word in ("##[", "##vso[", "##teamcity["))


@given(OUTSIDE)
def test_json_says_the_same_and_steers_nothing(text: str) -> None:
    for told in (Sink(Secrets()).json({"a": text}), json_text(json.dumps({"a": text}, ensure_ascii=False))):
        assert json.loads(told) == {"a": text}
        assert told.isprintable()
        assert not any(word in told for word in ("##[", "##vso[", "##teamcity["))
