"""Hostile input: whatever comes in as a sheet, a story or a field, there is an answer in one sentence.

`targets` says what is fed, `harness` is the process in which atheris feeds it, guided by what the code does with it.
"""
