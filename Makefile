# `make help` lists what there is. ARGS is handed on: make test ARGS="-k surgery"
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup demo chromium test test-long check bench mutants fresh pictures lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make .venv with all packages and the command .venv/bin/asps
	@:

demo: setup ## an invented clinic, with its desk open in the browser (ARGS=--no-serve: without)
	@$(BIN)/asps demo $(ARGS)

chromium: ## install Chromium from the system's packages where it is missing; the browser tests need it
	@sh tools/chromium.sh

test: setup ## run the tests, all but the long ones
	@sh tools/chromium.sh || true
	@$(BIN)/python -m pytest $(ARGS)

test-long: setup ## run the tests marked long
	@sh tools/chromium.sh || true
	@$(BIN)/python -m pytest -m long --timeout=3600 $(ARGS)

check: setup ## format, lint and types, changing nothing
	@$(BIN)/ruff format --quiet --check --diff . && $(BIN)/ruff check --quiet . && $(BIN)/mypy --no-error-summary

bench: setup ## measure the speed
	@$(BIN)/python -m benchmarks $(ARGS)

mutants: setup ## change the rules in small ways and see whether the tests notice (hours)
	@$(BIN)/mutmut run $(ARGS) && $(BIN)/mutmut results

fresh: setup ## write the committed generated files anew
	@$(BIN)/python -m diagrams $(ARGS)

pictures: setup ## take the pictures of the desk for the README anew (needs Chromium)
	@$(BIN)/python -m tools.pictures

lock: ## write uv.lock and requirements.lock anew from pyproject.toml (needs uv)
	@uv lock --quiet $(ARGS) && uv export --quiet --frozen --all-extras --all-groups --no-emit-project --output-file requirements.lock

clean: ## remove .venv, caches and builds
	@rm -rf .venv build dist mutants .hypothesis .mypy_cache .pytest_cache .ruff_cache && find . -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh && touch $@
