"""Mermaid itself (vendored unmodified) in V8, asked only to read: what it understood, without drawing anything."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from py_mini_racer import MiniRacer

VENDORED = Path(__file__).parent / "vendor" / "mermaid.min.js"
PATIENCE = 120.0
"""Seconds; it takes about two."""

# What a browser has and V8 alone has not. Mermaid's sanitizer looks for a document when it starts; it leaves text
# without an angle bracket as it is, and ours has none.
_BEFORE = """
globalThis.window = globalThis; globalThis.self = globalThis;
globalThis.setTimeout = (f, ...a) => { Promise.resolve().then(() => f(...a)); return 0 };
globalThis.addEventListener = () => {};
globalThis.Element = class { get parentNode() { return null } };
globalThis.document = { nodeType: 9, implementation: { createHTMLDocument() {} }, createElement() { return {} } };
globalThis.console = { log() {}, info() {}, debug() {}, warn() {}, error() {} };
0
"""
_ASK = """
globalThis.answer = ""; globalThis.trouble = "";
(async text => {
  await mermaid.parse(text);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  answer = JSON.stringify({
    title: db.getAccTitle(), description: db.getAccDescription(),
    states: [...db.getStates().entries()].map(([id, state]) => [id, (state.descriptions || []).join(" "), state.type]),
    moves: db.getRelations().map(move => [move.id1, move.id2, move.relationTitle]),
  })
})(%s).catch(error => { trouble = String(error) }); 0
"""


_ESCAPED = re.compile("ﬂ°°([0-9]+)¶ß")
"""How Mermaid keeps `#58;` until it draws a colon."""


@dataclass(frozen=True)
class Read:
    """What Mermaid understood."""

    title: str
    description: str
    states: dict[str, str]
    """By id: the text in the box."""
    moves: list[tuple[str, str, str]]
    """From, to, and the text on the arrow; the first and last dot included."""


class Mermaid:
    """A started Mermaid."""

    def __init__(self) -> None:
        self._engine = MiniRacer()
        self._engine.eval(_BEFORE)
        self._engine.eval(VENDORED.read_text(encoding="utf-8") + ";0")

    def read(self, text: str) -> Read:
        """What it understands. ValueError where it understands nothing."""
        self._engine.eval(_ASK % json.dumps(text))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if trouble := self._engine.eval("trouble"):
                raise ValueError(str(trouble))
            if answer := self._engine.eval("answer"):
                return _read(str(answer))
            time.sleep(0.02)
        raise ValueError(f"no answer within {PATIENCE:.0f} seconds")


def _read(answer: str) -> Read:
    told = json.loads(answer)
    return Read(
        title=_plain(told["title"]),
        description=_plain(told["description"]),
        states={id: _plain(said) for id, said, _ in told["states"]},
        moves=[(source, target, _plain(said)) for source, target, said in told["moves"]],
    )


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1])), text)
