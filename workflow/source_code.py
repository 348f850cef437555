"""A function or class as it is written, without what changes nothing of what it does. Read from the source code."""

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any

_UNSEEN = frozenset({"ctx", "kind", "type_comment", "type_params", "annotation", "returns"})
"""Parts of a syntax tree that do not matter, some of which only some versions of Python have."""
_Definition = ast.FunctionDef | ast.Lambda | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of code."""

    shape: Any
    """Its syntax tree as a JSON value."""
    names: frozenset[str]
    """Names in it that may be defined outside of it."""
    texts: frozenset[str]
    """The texts that stand in it."""


def function_written(function: FunctionType) -> Written:
    """The code of a function or lambda. TypeError where it cannot be told from another; OSError without source code."""
    written = _read(_node(function))
    return Written(written.shape, written.names & _looked_up(function.__code__), written.texts)


def class_written(kind: type) -> Written:
    """The code of a class. Raises as `function_written`."""
    found = [d for d in _definitions(kind.__module__) if isinstance(d, ast.ClassDef) and d.name == kind.__qualname__]
    if len(found) != 1:
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} is not written at the top of its module, once")
    return _read(found[0])


def _looked_up(code: CodeType) -> set[str]:
    """The names that code looks up outside, code inside it included: names of its own are not among them."""
    inner = [_looked_up(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return {*code.co_names, *code.co_freevars}.union(*inner)


@cache
def _read(node: _Definition) -> Written:
    nodes = list(_walk(node))
    texts = (n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return Written(_shape(node), frozenset(n.id for n in nodes if isinstance(n, ast.Name)), frozenset(texts))


def _shape(part: Any) -> Any:
    if isinstance(part, ast.AST):
        return [type(part).__name__, *([name, _shape(inner)] for name, inner in _parts(part))]
    if isinstance(part, list):
        return [_shape(inner) for inner in part]
    return part if isinstance(part, bool | int | float | str) else repr(part)


def _parts(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """What a node consists of, as far as it matters."""
    for name, inner in ast.iter_fields(node):
        kept = [one for one in inner if not _is_remark(one)] if isinstance(inner, list) else inner
        if name not in _UNSEEN and kept not in (None, []):
            yield name, kept


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for _, inner in _parts(node):
        for child in inner if isinstance(inner, list) else [inner]:
            if isinstance(child, ast.AST):
                yield from _walk(child)


def _is_remark(node: Any) -> bool:
    """A docstring, or another text that stands for itself."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@cache
def _definitions(module: str) -> tuple[_Definition, ...]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return tuple(node for node in ast.walk(tree) if isinstance(node, _Definition))


def _node(function: FunctionType) -> _Definition:
    """Where a function is written: by its line, and lambdas that share one by the place of their body."""
    code = function.__code__
    found = [d for d in _definitions(function.__module__) if _line(d) == code.co_firstlineno and _is_called(d, code)]
    if len(found) > 1:
        places = set(code.co_positions())
        found = [d for d in found if isinstance(d, ast.Lambda) and _place(d.body) in places]
    if len(found) != 1:
        where = f"{function.__module__}, line {code.co_firstlineno}"
        raise TypeError(f"{function.__qualname__} cannot be told from others ({where}): give it a line of its own")
    return found[0]


def _line(node: _Definition) -> int:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _is_called(node: _Definition, code: CodeType) -> bool:
    return code.co_name == ("<lambda>" if isinstance(node, ast.Lambda) else node.name)


def _place(node: ast.expr) -> tuple[int | None, int | None, int | None, int | None]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset
