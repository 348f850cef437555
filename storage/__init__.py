"""The record: what was entered, by whom, and what follows from it.

Where things live
-----------------
* `tables` declares the tables, `migrations` makes them, `triggers` keeps the journal append-only, `database` opens it.
* `ledger` is the one writer: every change is one journal entry with its effects, in one transaction.
  On the way: `inputs` checks who and when, `settings` the site's, `casefile` loads one patient, `reconcile` compares
  what `workflow.plan` wants with the task rows, `posting` writes.
* `codec` turns entries into the journal's JSON and back, `chain` hashes them.
* `projection` applies recorded effects, never rules: `rebuild` and `verify` stand on it.
* `queries` is the read side, with `worklist` and `timeline` for the two larger views.
"""
