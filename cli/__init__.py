"""The terminal: `asps`. Nothing here imports the database until a command needs it, so that help comes at once.

`main` lists the commands; `terminal` turns every error into one sentence and an exit code; `given` reads what people
type, `moments` their dates; `screen` shows things to people and `shapes` to programs.
"""
