"""One durable step of another engine, with trivial rules, on SQLite: `python steps.py ENGINE FOLDER EACH`.

For every line that it reads it takes EACH steps and prints the seconds of one. Runs in the peers' environment, so it
imports nothing of ours.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from time import perf_counter

Step = Callable[[int], object]


def dbos(folder: str) -> Step:
    """A workflow of one durable step, with DBOS's own settings for SQLite."""
    from dbos import DBOS

    address = f"sqlite:///{folder}/dbos.sqlite"
    DBOS(config={"name": "bench", "system_database_url": address, "run_admin_server": False, "log_level": "ERROR"})
    step = DBOS.step()(lambda number: number)
    workflow = DBOS.workflow(name="bench")(lambda number: step(number))
    DBOS.launch()
    return lambda number: workflow(number)


def spiffworkflow(folder: str) -> Step:
    """Loads a workflow of two tasks, runs one, saves it; as JSON in a durable table."""
    from SpiffWorkflow.serializer.json import JSONSerializer
    from SpiffWorkflow.specs import Simple, WorkflowSpec
    from SpiffWorkflow.workflow import Workflow

    spec = WorkflowSpec(name="bench", addstart=True)
    asked, answered = Simple(spec, "asked", manual=True), Simple(spec, "answered", manual=True)
    spec.start.connect(asked)
    asked.connect(answered)
    serializer, sql = JSONSerializer(), _table(f"{folder}/spiff.sqlite")
    text = Workflow(spec).serialize(serializer)

    def step(number: int) -> None:
        sql.execute("INSERT OR REPLACE INTO flow (id, state) VALUES (?, ?)", (number, text))
        found = sql.execute("SELECT state FROM flow WHERE id = ?", (number,)).fetchone()[0]
        workflow = Workflow.deserialize(serializer, found)
        workflow.run_next()
        with_state = workflow.serialize(serializer)
        sql.execute("BEGIN IMMEDIATE")
        sql.execute("UPDATE flow SET state = ? WHERE id = ?", (with_state, number))
        sql.execute("COMMIT")

    return step


def _table(path: str) -> sqlite3.Connection:
    sql = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        sql.execute(f"PRAGMA {pragma}")
    sql.execute("CREATE TABLE flow (id INTEGER PRIMARY KEY, state TEXT)")
    return sql


def django_fsm(folder: str) -> Step:
    """Loads a row, takes a guarded transition, saves it with an audit row, in one transaction."""
    import django
    from django.conf import settings

    options = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "transaction_mode": "IMMEDIATE"}
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/django.sqlite", "OPTIONS": options}
    settings.configure(DATABASES={"default": database}, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
    django.setup()
    from django.db import connection, models, transaction
    from django_fsm import FSMField
    from django_fsm import transition as guarded

    class Flow(models.Model):
        state = FSMField(default="asked")

        @guarded(field=state, source="asked", target="answered", conditions=[lambda flow: flow.pk > 0])
        def answer(self) -> None:
            """Has no effect of its own."""

        class Meta:
            app_label = "bench"

    class Audit(models.Model):
        flow = models.IntegerField()
        what = models.TextField()

        class Meta:
            app_label = "bench"

    with connection.schema_editor() as editor:
        editor.create_model(Flow)
        editor.create_model(Audit)
    Flow.objects.bulk_create([Flow() for _ in range(10_000)])

    def step(number: int) -> None:
        with transaction.atomic():
            flow = Flow.objects.get(pk=number + 1)
            flow.answer()
            flow.save()
            Audit.objects.create(flow=flow.pk, what="answered")

    return step


ENGINES = {"DBOS": dbos, "SpiffWorkflow": spiffworkflow, "django-fsm": django_fsm}

if __name__ == "__main__":
    engine, folder, each = sys.argv[1], sys.argv[2], int(sys.argv[3])
    step, number = ENGINES[engine](folder), 0
    for _ in sys.stdin:
        start = perf_counter()
        for _ in range(each):
            step(number)
            number += 1
        print(json.dumps((perf_counter() - start) / each), flush=True)
    os._exit(0)
