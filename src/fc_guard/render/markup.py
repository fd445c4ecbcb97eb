"""HTML around texts: elements, and a page that needs nothing else and allows nothing else."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --text: #1f2328; --dim: #59636e; --page: #fff; --box: #f6f8fa; --line: #d1d9e0;
  --red: #c21c2c; --green: #116329; --yellow: #845306; --blue: #0a5bc4; --minus: #ffebe9; --plus: #dafbe1; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --dim: #9aa4ae; --page: #0d1117; --box: #161b22;
  --line: #3d444d; --red: #ff7b72; --green: #56d364; --yellow: #e3b341; --blue: #79c0ff; --minus: #3c1618;
  --plus: #12301c; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 60rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4, b, h2 code, h4 code, b code { font-weight: 600; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; } h4 { font-size: 1rem; margin: 0 0 .5rem; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
code, p, li, pre, .note { unicode-bidi: isolate; }
ul { margin: .25rem 0; padding-left: 1.25rem; } p { margin: .25rem 0; }
pre { margin: .5rem 0; padding: .75rem; background: var(--box); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.step, .entry { margin: .75rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
.step { background: var(--box); } .step pre { background: var(--page); }
.bad { border-left: 4px solid var(--red); } .open { border-left: 4px solid var(--yellow); }
.dim { color: var(--dim); font-size: .875rem; }
.field { padding: .5rem 0; border-top: 1px solid var(--line); } .field b { font-weight: 600; }
.sides { display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem; margin: .25rem 0 0; }
.sides dt { color: var(--dim); font-size: .875rem; } .sides dd { margin: 0; }
.mark { font-family: ui-monospace, monospace; font-weight: 600; color: var(--yellow); }
.note { color: var(--yellow); }
summary { cursor: pointer; padding: .25rem 0; color: var(--blue); }
.diff span { display: block; margin: 0 -.75rem; padding: 0 .75rem; min-height: 1.5em; }
.d0 { background: var(--minus); } .d1 { background: var(--plus); } .d2 { color: var(--blue); }
.in1 { margin-left: 1.25rem; } .in2 { margin-left: 2.5rem; } .in3 { margin-left: 3.75rem; }
"""
POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)


def element(name: str, *inner: str, kind: str = "") -> str:
    """Returns an element around what is HTML already. `kind` is its class."""
    of = f' class="{kind}"' if kind else ""
    return f"<{name}{of}>{''.join(inner)}</{name}>"


def text_in(name: str, text: str, kind: str = "") -> str:
    """Returns an element around text."""
    return element(name, escape(text), kind=kind)


def document(title: str, language: str, body: Sequence[str]) -> str:
    """Returns a whole page. `body` is HTML already; `language` is a tag as `zh-CN`."""
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        text_in("title", title),
        f"<style>{STYLE}</style>",
    ]
    parts = [element("head", *head), element("body", text_in("h1", title), "\n".join(body))]
    return f'<!doctype html>\n<html lang="{escape(language)}">\n' + "\n".join(parts) + "\n</html>\n"
