"""7. Every number has a source or is UNSET."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from workflow.pathway import Pathway
from workflow.proof.verdicts import Fault, Verdict
from workflow.proof.worlds import begin
from workflow.site import Site, SiteKey
from workflow.vocabulary import Source

SAYS = "a default stands only where a source gives it, and no rule holds a number that is not in the table of sources"

SOURCED: Mapping[str, Mapping[float, str]] = {
    "workflow.asps.bone": {28: "LABEL", 21: "LABEL", 84: "LABEL", 30: "LABEL"},
    "workflow.asps.drug_tasks": {5: "LABEL", 4: "MEM", 14: "MEM", 84: "LABEL", 8: "LABEL"},
    "workflow.asps.exits": {},
    "workflow.asps.follow_up": {12: "GUIDE", 60: "GUIDE", 6: "GUIDE"},
    "workflow.asps.immunotherapy": {
        2: "LABEL", 18: "LABEL", 14: "LABEL", 21: "LABEL", 28: "LABEL", 42: "LABEL", 10: "LABEL",
    },
    "workflow.asps.local_therapy": {24: "GUIDE"},
    "workflow.asps.lung_disease": {1: "S37"},
    "workflow.asps.surgery": {7: "LABEL", 14: "LABEL"},
    "workflow.asps.tki": {6: "LABEL", 18: "LABEL"},
    "workflow.asps.tki_monitoring": {
        21: "LABEL", 35: "LABEL", 49: "LABEL", 63: "LABEL", 3: "LABEL", 4: "LABEL", 7: "LABEL", 8: "LABEL",
    },
}  # fmt: skip
"""Per file of the rules: each number in it, and the kind of source that gives it and that the rule carries."""
SMALL = frozenset({-1, 0, 1, 2})
"""Counting, not medicine, unless a date or an age is made of it."""
SPANS = frozenset({"days", "months", "add_months", "anniversary", "timedelta"})
AGES = frozenset({"_age", "completed_years"})
SLIPS = frozenset({("workflow.asps.general", 1)})
"""A limit on what is typed, no medicine: a task is put off for a year at most."""
NOT_RULES = frozenset({"sources", "texts", "site_keys", "states", "not_carried"})
"""Texts, and settings with a source each."""


def numbers(pathway: Pathway, site: Site) -> Verdict:
    """Looks at every setting and at every number in the code of the rules."""
    modules = _modules()
    found = {(name, n) for name in modules for n in _literals(name)} - SLIPS
    wrong = [*_settings(pathway), *_unsourced(found), *_uncited(pathway, found)]
    fault = Fault(why="; ".join(wrong), world=begin(pathway, site)) if wrong else None
    unset = sum(key.default is None for key in pathway.keys.values())
    note = f"{len(found)} numbers in rules; {len(pathway.keys)} settings, {unset} of them without a default"
    return Verdict(number=7, name="Every number has a source", says=SAYS, count=len(found) + len(pathway.keys),
                   cases="numbers and settings", fault=fault, notes=(note,))  # fmt: skip


def _settings(pathway: Pathway) -> Iterator[str]:
    for key in pathway.keys.values():
        if key.default is not None and not any(map(_published, key.source)) and not _is_choice(key):
            yield f"{key.name} has the default {key.default}, which no source gives"
        if key.offer and not any(map(_published, key.source)):
            yield f"{key.name} offers {key.offer}, which no source gives"


def _published(source: Source) -> bool:
    return not source.tag.startswith("EXTRAP")


def _is_choice(key: SiteKey) -> bool:
    """A word or a zero is a choice between rules, not a number anyone measured."""
    return isinstance(key.default, str) or key.default == 0


def _modules() -> list[str]:
    """The files of the rules."""
    names = {name for name in sys.modules if name.startswith("workflow.asps.")}
    return sorted(name for name in names if name.rpartition(".")[2] not in NOT_RULES)


def _literals(module: str) -> set[float]:
    """The numbers in a file's code; `s(24, 52)` names statements of the guide, and a decorator is no medicine."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "s")
    decorators = (d for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) for d in n.decorator_list)
    spared = {id(a) for call in calls for a in call.args} | {id(n) for d in decorators for n in ast.walk(d)}
    found = {number for node in ast.walk(tree) if id(node) not in spared for number in _number(node)}
    return found - SMALL | set(_of_time(tree)) - {0}


def _number(node: ast.AST) -> Iterator[float]:
    """The number, where a node is one."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def _of_time(tree: ast.AST) -> Iterator[float]:
    """The numbers of which a span of time is made, as they stand or times something; and ages compared with one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in SPANS:
            given = [*node.args, *(k.value for k in node.keywords)]
            factors = [side for a in given if isinstance(a, ast.BinOp) for side in (a.left, a.right)]
            yield from (number for part in (*given, *factors) for number in _number(part))
        if isinstance(node, ast.Compare) and _called(node.left) in AGES:
            yield from (number for part in node.comparators for number in _number(part))


def _called(node: ast.AST) -> str:
    """The name of what is called."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _unsourced(found: set[tuple[str, float]]) -> Iterator[str]:
    for module, number in sorted(found):
        if number not in SOURCED.get(module, {}):
            yield f"{module} holds {number:g}, which the table of sources does not know"
    for module, known in SOURCED.items():
        yield from (f"{module} holds no {n:g} any more" for n in known if (module, n) not in found)


def _uncited(pathway: Pathway, found: set[tuple[str, float]]) -> Iterator[str]:
    """The kind of source that gives a number has to stand at some rule of the same file."""
    carried: dict[str, set[str]] = {}
    for topic in pathway.topics:
        rules: list[Any] = [*topic.guards, *topic.transitions, *topic.automatic, *topic.tasks]
        for rule in rules:
            functions = [f for f in (getattr(rule, n, None) for n in ("check", "wanted", "when", "due")) if f]
            for module in {getattr(f, "__module__", "") for f in functions}:
                carried.setdefault(module, set()).update(s.tag for s in rule.source)
    every = set[str]().union(*carried.values())
    for module, number in sorted(found):
        tag = SOURCED.get(module, {}).get(number)
        if tag and tag not in carried.get(module, every):  # where a file has no rules of its own, those that use it
            yield f"{module}: no rule carries the {tag} that gives {number:g}"
