"""`asps demo`: an invented clinic, built by playing the packaged stories up to today.

The stories lie beside this file, their dates counted from the day on which they are played; `site.yaml` has the
settings of the invented centre: examples, not clinical advice.
"""
