"""The desk in a real browser, against a real server: by mouse, by keyboard, and as axe-core sees it."""
