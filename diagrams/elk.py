"""Runs the Eclipse Layout Kernel (elkjs, vendored unmodified) in V8. Needed only to lay out anew, not to draw.

mini-racer comes with the extra `layout` and is imported when a kernel is started.
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflow.errors import AspsError

VENDORED = Path(__file__).parent / "vendor" / "elk.bundled.js"
PATIENCE = 60.0
"""Seconds after which a layout is given up; it takes about one."""

# V8 alone has no timers, which elkjs uses only to come back later; and its answer is a promise, which is polled.
_BEFORE = """
globalThis.self = globalThis;
globalThis.setTimeout = (f, ...a) => { Promise.resolve().then(() => f(...a)); return 0 };
"""
_ASK = """
globalThis.answer = ""; globalThis.trouble = "";
new ELK().layout(%s).then(g => { answer = JSON.stringify(g) }, e => { trouble = String(e && e.message || e) }); 0
"""


class LayoutFailed(AspsError):
    """The graph could not be laid out."""


class Kernel:
    """A started ELK; starting takes about half a second. LayoutFailed where mini-racer is not installed."""

    def __init__(self) -> None:
        try:
            from py_mini_racer import MiniRacer
        except ImportError as error:
            raise LayoutFailed("laying out anew needs the extra: pip install 'asps-pathway[layout]'") from error
        self._engine = MiniRacer()
        self._engine.eval(_BEFORE)
        self._engine.eval(VENDORED.read_text(encoding="utf-8"))

    def lay_out(self, graph: Mapping[str, Any]) -> dict[str, Any]:
        """The same graph in ELK's JSON with positions filled in. LayoutFailed when ELK gives up or takes too long."""
        self._engine.eval(_ASK % json.dumps(graph))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if trouble := self._engine.eval("trouble"):
                raise LayoutFailed(f"ELK could not lay out the graph: {trouble}")
            if answer := self._engine.eval("answer"):
                laid_out: dict[str, Any] = json.loads(str(answer))
                return laid_out
            time.sleep(0.01)
        raise LayoutFailed(f"ELK gave no answer within {PATIENCE:.0f} seconds")
