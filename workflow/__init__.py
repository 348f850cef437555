"""The rules of the pathway. Pure: no clock, no database, no network.

How a patient moves, in one page
--------------------------------
Everything is a function of what was recorded and of today's date.

* A *record* states a fact (a scan, a lab, a symptom). An *act* is something a person decides or does. Both become
  `Entry` objects on a `Chart`, ordered by clinical date, then by entry. Corrections supersede; unknown is never "no".
* `decide(pathway, chart, site, step)` asks whether a step may be taken. It answers `Accepted` or `Refused`, and a
  refusal carries one `Blocker` for every guard that is unmet, all at once.
* `state_of(pathway, chart, site, today)` says where the patient stands: the destination of the latest standing act that
  moved the state, then the automatic moves which facts or the date bring about.
* `plan(pathway, chart, site, today)` says which care tasks should exist, and when they are due. Tasks are wanted, not
  scheduled: whoever stores them compares and adjusts.

Where things live: the words in `vocabulary`, time in `calendar`, what can be recorded in `records` and done in `acts`,
a patient's view in `chart`, the four questions in `decide`, `course`, `plan` and `options`, the one use of the
`transitions` library in `machine`, and the pathway itself in `asps/`, one file per clinical question.
"""
