# Everything that a developer types. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
SOURCES := gateway schema connectors tests web benchmarks

.DEFAULT_GOAL := help
.PHONY: help run test lint generated bench web lock clean

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 11

run: $(BIN)/.run web ## Explore the graph in GraphiQL, with imitated services and an embedded MongoDB
	@$(BIN)/tributary dev

test: $(BIN)/.develop web ## Run every test
	@$(BIN)/pytest -n auto

lint: $(BIN)/.develop ## Check style, types and the floors of the architecture
	@failed=0; for tool in "ruff check ." "ruff format --check ." mypy "lint-imports --no-logo"; do \
	  $(BIN)/$$tool || failed=1; \
	done; exit $$failed

generated: $(BIN)/.run ## Write anew what the code says of itself: the schema, the table of settings, what examples cost
	@$(BIN)/tributary generated

bench: $(BIN)/.develop ## Measure requests per second and CPU, beside other servers and against the imitations
	@$(PIP) install --require-hashes -r requirements/node.lock
	@command -v wrk >/dev/null || echo "There is no wrk, which loads servers best: apt-get install wrk, or brew install wrk"
	@$(BIN)/python -m benchmarks.posts_compare
	@$(BIN)/python -m benchmarks.posts_lists
	@$(BIN)/python -m benchmarks.slice

web: $(BIN)/.run ## Build GraphiQL, where its sources have changed
	@command -v npm >/dev/null || $(PIP) install --require-hashes -r requirements/node.lock
	@$(BIN)/python web/build.py

lock: $(BIN)/python ## Bring the lock files up to date with pyproject.toml
	@$(PIP) install uv
	@for set in "develop --extra embedded --group dev" serve "run --extra embedded --group build" "node --extra node"; do \
	  set -- $$set; name=$$1; shift; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	    $$(test $$name = develop || echo --constraint requirements/develop.lock) \
	    pyproject.toml $$@ --output-file requirements/$$name.lock || exit; \
	done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade \
	  --constraint requirements/develop.lock --group build --output-file requirements/build.lock

clean: ## Remove what was installed and built; the records in .tributary stay
	@rm -rf .venv gateway/web/dist web/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tributary needs Python 3.11 or newer; name one: make PYTHON=python3.12 run")'
	@echo "Making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv

$(BIN)/.run: $(BIN)/python requirements/run.lock pyproject.toml
	@echo "Installing what Tributary needs to run"
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/.develop: $(BIN)/.run requirements/develop.lock
	@echo "Installing what its tests need"
	@$(PIP) install --require-hashes -r requirements/develop.lock
	@touch $@
