"""The content of a rule: what changes it is found out, what changes nothing is not."""

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from workflow.asps import ASPS
from workflow.asps.surgery import INTERVAL_CT
from workflow.content import content_of
from workflow.site import Site
from workflow.vocabulary import Level, extrapolated

SITE = Site(keys=ASPS.keys)
_NUMBERS = count(1)

CODE = '''
"""Rules."""
from dataclasses import dataclass
from functools import cache, partial
from workflow.rules import met, unmet

LIMIT = 7
NAMES = frozenset({"a", "b", "c"})


@dataclass
class Item:
    """An item."""
    size: int

    def is_large(self) -> bool:
        return self.size > LIMIT


def helper(n: int) -> bool:
    """Helps."""
    # a remark
    return Item(n).is_large() and n > 2


@cache
def kept(n):
    return helper(n)


def check(case):
    return met() if kept(case) else unmet("small")


def asked(case):
    return case.site.number("mdt.due_days")


def again(n):
    return n and again(n - 1)


def made(n):
    return lambda case: case > n


three = made(3)
part = partial(helper, 4)
first, second = (lambda case: case > 1), (lambda case: case > 2)
defaulted = lambda case, act="start": case.act == act
'''


def module_of(tmp_path: Path, code: str) -> ModuleType:
    """A module of rules, under a name and in a file of its own."""
    name = f"rules_{next(_NUMBERS)}"
    file = tmp_path / f"{name}.py"
    file.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def hash_of(value: Any, site: Site = SITE) -> str:
    return content_of(value, site=site).hash


SAME = [
    ("    # a remark\n", ""),
    ('    """Helps."""\n', '    """Helps otherwise."""\n'),
    ('    """An item."""\n', ""),
    ("def helper(n: int) -> bool:", "def helper(n):"),
    ("return Item(n).is_large() and n > 2", "return (\n        Item(n).is_large()\n        and n > 2\n    )"),
    ("LIMIT = 7", "\n\n\nLIMIT = (7)"),
    ('NAMES = frozenset({"a", "b", "c"})', 'NAMES = frozenset({"c"})'),  # nothing here uses it
    ('"small"', "'small'"),
]
OTHER = [
    ("LIMIT = 7", "LIMIT = 8"),
    ("n > 2", "n > 3"),
    ("n > 2", "n >= 2"),
    ("self.size > LIMIT", "self.size < LIMIT"),
    ("return helper(n)", "return not helper(n)"),
    ('"small"', '"too small"'),
    ("met() if", "met(1) if"),
    ("n > 2", "n > True"),
]


@pytest.mark.parametrize(("was", "now"), SAME)
def test_what_changes_nothing_leaves_the_content(tmp_path: Path, was: str, now: str) -> None:
    assert was in CODE
    assert hash_of(module_of(tmp_path, CODE).check) == hash_of(module_of(tmp_path, CODE.replace(was, now)).check)


@pytest.mark.parametrize(("was", "now"), OTHER)
def test_what_changes_the_rule_changes_the_content(tmp_path: Path, was: str, now: str) -> None:
    assert was in CODE
    assert hash_of(module_of(tmp_path, CODE).check) != hash_of(module_of(tmp_path, CODE.replace(was, now)).check)


def test_what_a_function_holds_counts(tmp_path: Path) -> None:
    code = module_of(tmp_path, CODE)
    assert hash_of(code.three) == hash_of(code.made(3)) != hash_of(code.made(4))
    other = module_of(tmp_path, CODE.replace("partial(helper, 4)", "partial(helper, 5)"))
    assert hash_of(code.part) != hash_of(other.part)
    other = module_of(tmp_path, CODE.replace('act="start"', 'act="stop"'))
    assert hash_of(code.defaulted) != hash_of(other.defaulted)


def test_two_lambdas_on_a_line_are_told_apart(tmp_path: Path) -> None:
    code = module_of(tmp_path, CODE)
    assert hash_of(code.first) != hash_of(code.second)


def test_functions_may_call_themselves(tmp_path: Path) -> None:
    assert hash_of(module_of(tmp_path, CODE).again)


def test_the_order_of_a_set_does_not_matter(tmp_path: Path) -> None:
    kinds = [type(f"Kind{n}", (), {"__module__": "workflow.records"}) for n in range(50)]
    assert hash_of(frozenset(kinds)) == hash_of(frozenset(reversed(kinds)))


def test_the_settings_that_a_rule_reads_count_with_their_values(tmp_path: Path) -> None:
    code = module_of(tmp_path, CODE)
    set_otherwise = replace(SITE, values={"mdt.due_days": 9})
    assert content_of(code.asked, site=SITE).reads == ("mdt.due_days",)
    assert hash_of(code.asked) != hash_of(code.asked, set_otherwise)
    assert hash_of(code.check) == hash_of(code.check, set_otherwise)


def test_a_guard_reads_what_its_sentence_and_its_code_name() -> None:
    reads = ("interval_ct.months", "interval_ct.early_tolerance_days", "interval_ct.valid_for_days")
    assert content_of(INTERVAL_CT, site=SITE).reads == reads


@pytest.mark.parametrize(
    "change",
    [
        {"says": "a final chest CT"},
        {"level": Level.SOFT},
        {"cleared_by": "nobody"},
        {"source": (extrapolated("ours"),)},
        {"check": lambda case: ()},
        {"preliminary": None},
        {"name": "interval"},
    ],
)
def test_all_that_a_guard_holds_counts(change: dict[str, Any]) -> None:
    assert hash_of(INTERVAL_CT) != hash_of(replace(INTERVAL_CT, **change))


def test_a_row_counts_its_guards_by_name() -> None:
    """A guard is signed for itself."""
    row = next(row for row in ASPS.transitions if INTERVAL_CT in row.guards)
    softer = tuple(replace(g, level=Level.SOFT) for g in row.guards)
    assert hash_of(row) == hash_of(replace(row, guards=softer)) != hash_of(replace(row, guards=row.guards[:1]))


def test_what_cannot_be_read_is_not_passed_over() -> None:
    with pytest.raises(TypeError, match="no content can be made"):
        hash_of(object())


PRINT = """
import storage.ledger
from workflow.asps import ASPS
from diagrams.book import fingerprint
print(fingerprint(ASPS))
"""


def test_the_content_is_the_same_in_every_run() -> None:
    """Whatever order sets have, and wherever objects lie."""
    seen = set()
    for seed in ("1", "2", "3"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        run = [sys.executable, "-c", PRINT]
        seen.add(subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(seen) == 1
