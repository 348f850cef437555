"""The proof: that no patient can be forgotten, whatever is recorded, decided or left undone.

How it works, in one page
-------------------------
* A `World` is one invented patient: a chart, a day, and the steps that led there, each of them taken by the very engine
  that runs (`decide`, `state_of`, `plan`). So whatever is found can be played as a story.
* `letters` is the alphabet: every act with each of its variants, every kind of report or record that the rules of some
  state tell apart, and time passing. An act that a hard stop forbids is taken with an override, for people may.
* `configuration` says what of a world the rules can tell apart: two worlds with the same configuration have the same
  future. `explore` walks from a registration through every configuration there is, shortest way first.
* Each property is a file: it looks at every configuration and answers that it holds for all of them, or with the
  shortest counterexample.

What is proven, and what is assumed, stands in `docs/proof.md`.
"""
