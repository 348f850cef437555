"""Processes that are killed at random moments (SIGKILL), while they do real commands on a real file.

`work` says what they do, `child` is the process, `killing` lets it live, kills it and looks at what is left.
"""
