"""The databases of the storage tests, for the clock."""

from tests.storage.conftest import both, postgres_server, postgres_url, url

__all__ = ["both", "postgres_server", "postgres_url", "url"]
