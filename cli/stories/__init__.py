"""Stories: invented patients' courses as dated scripts, played on an empty record in memory.

`reading` reads the files, `format` says what they may contain, `player` plays the steps, `checks` compares what came of
them with what was expected, `runner` does it for many files.
"""
