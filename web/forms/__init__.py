"""HTML forms of the fields of records and acts."""
