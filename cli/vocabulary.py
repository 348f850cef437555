"""`asps record --help`, `asps do --help` and `asps override --help`: every kind and act with its fields and values."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from rich.text import Text
from typer import Context
from typer.core import TyperCommand

from cli.screen import facts, say, words
from workflow.acts import ACTS, Override
from workflow.fields import Fields
from workflow.records import KINDS

_CHOSEN = "asps.kind"


class Described(TyperCommand):
    """A command whose help also lists what may be given; naming one kind or act narrows it to that one."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Remembers the kind or act that is named, for the help."""
        known = vocabulary(self.name or "")
        ctx.meta[_CHOSEN] = next((arg for arg in args if arg in known), None)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Context, formatter: Any) -> None:  # type: ignore[override]
        """The usual help, and the fields."""
        chosen, known = ctx.meta.get(_CHOSEN), vocabulary(self.name or "")
        super().format_help(ctx, formatter)
        for name in [chosen] if chosen else known:
            say(*_described(name, *known[name]))


def vocabulary(command: str) -> Mapping[str, tuple[str, type[Fields]]]:
    """What a command may name: its meaning and its fields."""
    if command == "record":
        return {name: (_meaning(fields), fields) for name, fields in KINDS.items()}
    if command == "do":
        return {act.name: (f"{act.title} ({' or '.join(sorted(act.by))})", act.fields) for act in ACTS.values()}
    return {"override": (_meaning(Override), Override)}


def fields_in_words(fields: type[Fields], before: str = "") -> Iterator[tuple[str, str]]:
    """Each field as people type it, `*` where it cannot be left out, with what it allows; inner fields after theirs."""
    required, allowed = fields.required(), fields.names()
    for name, field in fields.model_fields.items():
        typed = field.alias or name
        inner = _inner(field.annotation)
        yield before + typed + ("*" if typed in required else ""), "a list, as JSON" if inner else allowed[typed]
        if inner:
            yield from fields_in_words(inner, f"{before}{typed}[].")


def _inner(annotation: Any) -> type[Fields] | None:
    """The fields inside a list, where a field is one."""
    found = [a for a in get_args(annotation) if isinstance(a, type) and issubclass(a, Fields)]
    return found[0] if found else None


def _meaning(fields: type[Fields]) -> str:
    return (fields.__doc__ or "").strip()


def _described(name: str, meaning: str, fields: type[Fields]) -> tuple[Any, ...]:
    head = Text.assemble(words(name, "bold cyan"), "  ", words(meaning, "dim"))
    rows = [(f"    {typed}", allowed) for typed, allowed in fields_in_words(fields)]
    return (head, facts(rows)) if rows else (head,)
