"""One form about one patient, from the first look to the entry in the journal.

`sheet` says what is asked, `kinds` makes one for every kind of record and act, `filled` is one as it was sent, and
`sending` previews it, saves it, or says why not, with everything that was typed kept.
"""
