# Everything somebody does with this project. `make help` lists it; README has the plain Python.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One process a core; each starts only the servers that its share of the tests asks for.
PYTEST := $(BIN)/python -m pytest -n logical --dist worksteal
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve record rebuild test check format bench mutate docs lock clean chromium

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: .venv/serve.stamp ## run the public site and the desk, with a sample if the ledger is empty
	@$(BIN)/commitments init --once
	@exec $(BIN)/commitments serve

record: .venv/serve.stamp ## store a meeting record: make record FILE=meeting.yaml
	@test -n "$(FILE)" || { echo "Which file? make record FILE=meeting.yaml" >&2; exit 2; }
	@$(BIN)/commitments record "$(FILE)"

rebuild: .venv/serve.stamp ## make every view anew from the facts
	@$(BIN)/commitments rebuild

test: .venv/dev.stamp chromium ## run every test, PostgreSQL and browser included (ARGS="-k word")
	@$(PYTEST) $(ARGS)

check: .venv/dev.stamp ## lint, format, types, import contracts, container files
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/hadolint docker/Dockerfile
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml

format: .venv/dev.stamp ## put imports and layout in order
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/dev.stamp ## measure against floors and peers
	@$(BIN)/python -m tests.benchmarks $(ARGS)

mutate: .venv/dev.stamp ## plant mistakes in the pure modules and count those no test finds
	@$(BIN)/mutmut run $(ARGS)
	@$(BIN)/mutmut results | awk "!/not checked/"

docs: .venv/dev.stamp ## write the pages that are made from code
	@$(BIN)/python docs/generate.py

lock: .venv/dev.stamp ## pin what pyproject.toml asks for (UPGRADE=--upgrade takes newer ones)
	@$(LOCK) --extra dev --output-file requirements-dev.lock pyproject.toml
	@$(LOCK) --constraints requirements-dev.lock --output-file requirements.lock pyproject.toml
	@echo hatchling | $(LOCK) --constraints requirements-dev.lock \
		--output-file requirements-build.lock -

clean: ## remove what tools left; keeps .venv and the ledger in var/
	@rm -rf dist mutants .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find ledger projections api tests docs -name __pycache__ -prune -exec rm -rf {} +

chromium: .venv/dev.stamp
	@$(BIN)/python -m tests.support.chromium

# --- the environment: exactly what the locks pin, made again when a lock changes

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; choose one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu:" >&2; \
		echo "  apt-get install python3-venv" >&2; exit 1; }

.venv/serve.stamp: requirements.lock requirements-build.lock pyproject.toml | .venv/bin/python
	@echo "Installing what requirements.lock pins into .venv …"
	@$(PIP) install --require-hashes -r requirements.lock -r requirements-build.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/serve.stamp
	@echo "Installing what requirements-dev.lock pins into .venv …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
