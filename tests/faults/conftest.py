"""The databases of the storage tests, for the faults."""

from tests.storage.conftest import both, file_engine, postgres_server, postgres_url, url

__all__ = ["both", "file_engine", "postgres_server", "postgres_url", "url"]
