"""The JSON API under `/api/v1`: the same functions as the pages, for programs.

Reading order: `strict` is what comes in and how strictly it is read; `problems` is how anything that goes wrong is told
(problem+json); `conditions` are the headers that make a write repeatable and safe; `slices` are pages of long lists.
Then one file per resource, and `description`, which hands out the OpenAPI description of all of it; `manual` shows it.

Who asks is found at `web.door`, as for pages: by the cookie of a session. Tokens for programs will be found there too;
nothing in here knows how somebody was recognised.
"""
