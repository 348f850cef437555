"""Telling people what fell due, after the commit that found it.

`digest` counts, `deliver` tells through a channel and remembers what was told, and each channel has a file of its own.
"""
