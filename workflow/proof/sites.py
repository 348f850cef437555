"""The settings under which the rules are explored."""

from collections.abc import Mapping

from workflow.errors import Invalid
from workflow.pathway import Pathway
from workflow.site import Site, SiteKey, Value

TRIED = ("UTC", "US", "14", "3", "yes", "28-56")
"""Texts of which one fits any key that is an open decision. Any number would do: it dates a task and opens none."""


def decided(pathway: Pathway, values: Mapping[str, Value] | None = None) -> Site:
    """A site that has decided all that was open: its own values, else the published offer, else any that fits."""
    given = dict(values or {})
    for key in pathway.keys.values():
        if given.get(key.name) is None and key.default is None and not key.unset_means:
            given[key.name] = _first(key)
    return Site(keys=pathway.keys, values=given, revision=1)


def undecided(pathway: Pathway, values: Mapping[str, Value] | None = None) -> Site:
    """The site as it is: what nobody has decided stays UNSET."""
    return Site(keys=pathway.keys, values=dict(values or {}))


def _first(key: SiteKey) -> Value:
    for text in (key.offer, *TRIED):
        try:
            return key.read(text)
        except Invalid:
            continue
    raise Invalid(key.name, "none of the values tried fits", allowed=key.allowed)
