"""Stories: files that clinicians can write, all of which play."""

from pathlib import Path

HERE = Path(__file__).parent
STORIES = sorted(HERE.rglob("*.yaml"))
