"""The record: what was entered, by whom, and what follows from it.

Where things live
-----------------
* `tables` declares the tables, `migrations` makes them, `triggers` keeps the journal append-only, `database` opens
  it (`address`: a file as its address; `alone`: the lock beside the streams'), and `faults` says in one sentence what
  a database's errors mean.
* `ledger` is the one writer: every change is one journal entry with its effects, in one transaction. On the way,
  `inputs` checks who and when, `casefile` loads one patient, `reconcile` compares what `workflow.plan` wants with the
  task rows, `posting` writes, and `answer` tells, the second time as the first. `registering` and `signing` write on
  the site's own stream (`past`: what is known already of a new patient), `replanning` what time and new rules bring.
* `codec` turns entries into the journal's JSON and back, `effects` what they brought about; `chain` hashes them.
* `projection` applies recorded effects, never rules: `rebuild` and `verify` (with `compare`) stand on it.
* `backup` copies the record and puts a copy back, `anchor` keeps the ends of the chains elsewhere, `naming` puts
  right who a patient is, `erasing` removes it.
* `queries` is the read side, with `worklist` and `timeline` for the two larger views; `settings` reads the site's.
"""
