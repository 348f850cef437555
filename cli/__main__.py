"""`python -m cli` is `asps`."""

from cli.main import app

app(prog_name="asps")
