"""CSV in and out: a coordinator's spreadsheet becomes the record, and the record becomes a spreadsheet.

Where things live
-----------------
* On the way in: `encoding` finds out what the bytes mean, `records` takes rows apart, `sheet` is the file with its
  header, `columns` the table of all columns, `heading` tells which is where; `dates` and `values` read one cell,
  `intake` makes one row what will be entered, `known` compares it with a patient on file, `taking` enters rows through
  the ledger, `rejected` writes the rest back with the reason.
* `template` is the empty spreadsheet with two invented patients.
* On the way out: `out` writes the worklist and the patients; no cell of a file it writes is a formula.

Nothing here fails on a row: whatever a file holds, a row comes in or comes back with a reason.
"""
