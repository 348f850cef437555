"""How fast it is, measured against plain SQL and against other engines: `make bench` writes RESULTS.md."""
