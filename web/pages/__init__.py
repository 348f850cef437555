"""One file per page, each with a router; `web.app` joins them."""
