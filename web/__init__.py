"""The desk: pages for coordinators and clinicians, and the same as a JSON API.

Where things live
-----------------
* `app.create_app(desk)` joins everything and refuses to start when a route is missing in `access`, the one table of who
  may do what. `desk.Desk` is what one server works with; `here.Here` what a page has at hand for one request.
* Every action is a plain form first (POST, redirect, GET); htmx only makes it smoother. No page has inline code.
* `door` lets a request in: who is signed in, may they, is the form ours. `security` stands before it (hosts, sizes,
  headers), `errors` behind it. `signing_in`, `passwords` and `cookies` are about accounts, `handles` about addresses
  that name nobody, `flash` about what the next page says once.
* `pages/` has one file per page with a router of its own, `templates/` the same names; `api/` is the JSON API; `forms/`
  makes HTML forms of the fields of records and acts.
* `lists/` is what the worklist, the board list, the forecast, the search and the import are made of.
* `static/vendor/` holds other people's files, listed in `MANIFEST.json` with version, licence and checksum.
"""
