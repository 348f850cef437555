"""`journal verify` finds what was altered behind the ledger's back; `rebuild` writes the same rows again."""

import sqlite3
from contextlib import closing

import pytest

from tests.cli.asps import Asps

DROP = "DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete; DROP TRIGGER journal_no_again;"


def tampered(asps: Asps, script: str) -> None:
    """Somebody changes the file with other means; the triggers are put back, so that only the chain can tell."""
    with closing(sqlite3.connect(asps.file)) as connection:
        triggers = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        connection.executescript("".join(f"DROP TRIGGER {name};" for name in names) + script + ";" + ";".join(triggers))


def test_an_untouched_record_is_as_it_was_written(asps: Asps) -> None:
    assert "entries in 2 streams are as written" in asps.ok("journal", "verify").out
    found = asps.ok("journal", "verify", "--json").json
    assert (found["ok"], found["streams"], found["wrong"]) == (True, 2, [])


@pytest.mark.parametrize(
    ("script", "entry"),
    [
        ("UPDATE journal SET payload = replace(payload, 'reference_centre', 'non_reference') WHERE stream = 'P-1'", 2),
        ("UPDATE journal SET effects = '{}' WHERE stream = 'P-1' AND seq = 2", 2),
        ("DELETE FROM journal WHERE stream = 'P-1' AND seq = 2", 2),
        ("INSERT INTO journal SELECT stream, 3, at, payload, effects, prev, hash FROM journal"
         " WHERE stream = 'P-1' AND seq = 2", 3),
        ("UPDATE journal SET seq = 9 WHERE stream = 'P-1' AND seq = 1;"
         "UPDATE journal SET seq = 1 WHERE stream = 'P-1' AND seq = 2;"
         "UPDATE journal SET seq = 2 WHERE stream = 'P-1' AND seq = 9", 1),
    ],
    ids=["altered", "effects altered", "removed", "inserted", "reordered"],
)  # fmt: skip
def test_the_first_wrong_entry_is_named(asps: Asps, script: str, entry: int) -> None:
    tampered(asps, script)
    result = asps("journal", "verify")
    assert result.code == 1
    assert f"entry {entry} of P-1" in result.out
    assert "restore a backup" in result.out and "journal rebuild" not in result.out
    found = asps("journal", "verify", "--json")
    assert (found.code, found.json["ok"], found.json["wrong"][0]["stream"]) == (1, False, "P-1")


def test_a_projection_that_differs_is_named_and_rebuilt(asps: Asps) -> None:
    before = asps.ok("patient", "show", "P-1", "--all", "--json").json
    tampered(asps, "UPDATE patient SET state = 'surveillance'; DELETE FROM task")
    result = asps("journal", "verify")
    assert (result.code, "P-1" in result.out) == (1, True)
    assert "asps journal rebuild" in result.out and "restore a backup" not in result.out
    assert "1 patient rebuilt" in asps.ok("journal", "rebuild").out
    assert asps.ok("journal", "verify").code == 0
    assert asps.ok("patient", "show", "P-1", "--all", "--json").json == before


def test_a_tail_that_was_cut_off_is_not_to_be_rebuilt(asps: Asps) -> None:
    tampered(
        asps, "DELETE FROM journal WHERE stream = 'P-1' AND seq = 2; UPDATE stream SET length = 1, head = j.hash"
        " FROM journal j WHERE j.stream = name AND j.seq = 1 AND name = 'P-1'",
    )  # fmt: skip
    result = asps("journal", "verify")
    assert "version is '2', the journal says '1'" in result.out
    assert "restore a backup" in result.out and "journal rebuild" not in result.out


@pytest.mark.parametrize(
    "script",
    ["UPDATE site SET settings = 'nothing'", "UPDATE site SET settings = '[]'", "DELETE FROM site"],
    ids=["no JSON", "no settings", "gone"],
)
def test_a_site_s_row_that_cannot_be_read_is_named_and_rebuilt(asps: Asps, script: str) -> None:
    before = sorted(asps.content())
    tampered(asps, script)
    for command in (("worklist",), ("why", "P-1"), ("record", "P-1", "weight", "--set", "kg=70"), ("tick",)):
        assert "run asps journal verify" in asps(*command).err
    verified = asps("journal", "verify")
    assert verified.code == 1 and "@site: the site's row" in verified.out and "asps journal rebuild" in verified.out
    asps.ok("journal", "rebuild")
    assert sorted(asps.content()) == before


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("UPDATE stream SET length = 'many' WHERE name = 'P-1'", "the end of the stream P-1 cannot be read"),
        ("UPDATE stream SET head = x'ff' WHERE name = 'P-1'", "the end of the stream P-1 cannot be read"),
        ("UPDATE stream SET length = 1 WHERE name = 'P-1'", "has an entry where the next one belongs"),
    ],
)
def test_nothing_is_written_on_a_stream_whose_end_was_altered(asps: Asps, script: str, says: str) -> None:
    tampered(asps, script)
    before = asps.content()
    result = asps("record", "P-1", "weight", "--set", "kg=70")
    assert result.code == 1 and says in result.err and "run asps journal verify" in result.err
    assert asps.content() == before


def test_a_rebuild_of_what_is_right_changes_nothing(asps: Asps) -> None:
    before = asps.content()
    assert asps.ok("journal", "rebuild", "--json").json == {"patients": 1}
    assert asps.content() == before
