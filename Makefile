# Short names. `make help` lists them. Needs Python >= 3.11 and make; uses uv when it is there.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A stamp is written after its install is whole, so an interrupted one is done again.
RELEASE := $(VENV)/.release-installed
TEST := $(VENV)/.test-installed

# Values from the command line reach the shell through the environment only, never as shell text.
override TAG := $(value TAG)
override FAMILY := $(value FAMILY)
override ARGS := $(value ARGS)
export TAG FAMILY ARGS

.PHONY: help setup release rollback test gates check hub-demo clean

help: ## show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RELEASE) ## make .venv and install what a release needs

release: $(RELEASE) ## stage, benchmark, compare, flip, regenerate
	@$(BIN)/openmed keys init >&2
	@read -r -a words <<< "$$ARGS"; $(BIN)/openmed release run "$${words[@]}"

rollback: $(RELEASE) ## put the fleet back as it stood: make rollback TAG=2026.11.24-1 [FAMILY=pii]
	@read -r -a words <<< "$$ARGS"; $(BIN)/openmed release rollback --all-slots --to="$$TAG" "$${words[@]}" -- "$$FAMILY"

test: $(TEST) ## install the development group and run every test
	@$(BIN)/python -m pytest tests/ -q -n auto --dist worksteal

gates: $(TEST) ## what CI runs: the whole release graph in an environment of its own
	@$(BIN)/nox -s gates

check: $(TEST) ## formats, lint, types, import contracts, generated files; writes nothing
	@$(BIN)/nox -t check

hub-demo: $(TEST) ## publish and roll back on a Hub on this machine, with the real client
	@PYTHONPATH=tests $(BIN)/python -m support.hub.demo

clean: ## remove products and environments; gates/ (the release state) stays
	@chmod -R u+w artifacts 2>/dev/null || true
	@rm -rf artifacts $(VENV) .nox .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 ...")'
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV); \
	else \
	  $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 -m venv failed; install your system's python3-venv package" >&2; exit 1; }; \
	fi

# $(1): requirements file
define install
	@if command -v uv >/dev/null 2>&1; then \
	  echo "setting up $(VENV) with uv: $(1)" >&2; \
	  export UV_FIND_LINKS="$${UV_FIND_LINKS:-$${PIP_FIND_LINKS:-}}" UV_PYTHON_DOWNLOADS=never; \
	  uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
	  uv pip install -q --python $(BIN)/python --no-build-isolation --no-deps -e .; \
	else \
	  echo "setting up $(VENV) with pip, about half a minute: $(1)" >&2; \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $(1); \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps -e .; \
	fi
endef

$(RELEASE): requirements/release.txt pyproject.toml | $(BIN)/python
	$(call install,requirements/release.txt)
	@touch $@

$(TEST): requirements/dev.txt pyproject.toml | $(RELEASE)
	$(call install,requirements/dev.txt)
	@touch $@
