# `make` alone lists the targets. Stamps in .make/ keep a second run quick.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
# How many share the tests; with 0 they run one after the other (docs/design/0010).
WORKERS ?= 0
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
EXAMPLE := examples/gif-chat
NPM_CI := npm ci --no-audit --no-fund --loglevel=error

HAVE_TOOLS := .make/tools
HAVE_JS := .make/js
HAVE_VENV := .make/venv
HAVE_NODES := .make/nodes
HAVE_APPS := .make/apps
HAVE_READERS := .make/readers
HAVE_PEERS := .make/peers
HAVE_EXAMPLE := $(if $(wildcard $(EXAMPLE)/package-lock.json),.make/example)

CHECKS := check-ruff check-format check-mypy check-pyright check-layers check-mirror check-js

.PHONY: help setup demo test check $(CHECKS) bundles bench soak oracles clean \
  names-a-topic names-a-folder

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: $(HAVE_VENV) $(HAVE_NODES) $(HAVE_APPS) $(HAVE_READERS) $(HAVE_EXAMPLE) bundles ## install everything that tests and demo need

demo: $(HAVE_VENV) $(HAVE_EXAMPLE) bundles ## attach, record, compile and verify the example
	$(BIN)/fluxion demo

test: setup check ## the static checks, pytest and node --test: what CI runs
	$(PY) -m pytest -n $(WORKERS) --no-loadscope-reorder
	node --test $$(find tests -name node_modules -prune -o -name '*.test.*js' -print)

check: $(CHECKS) ## the static checks (make -k check: do not stop at the first fault)

$(CHECKS): $(HAVE_VENV) $(HAVE_JS)
check-ruff:
	$(BIN)/ruff check
check-format:
	$(BIN)/ruff format --check
check-mypy:
	$(BIN)/mypy
check-pyright:
	node_modules/.bin/pyright
check-layers:
	$(BIN)/lint-imports --no-cache
check-mirror:
	$(PY) scripts/check_mirror.py
check-js:
	node_modules/.bin/eslint .

bundles: $(HAVE_JS)
	@node scripts/bundle.mjs

bench: names-a-topic $(HAVE_VENV) $(HAVE_APPS) $(HAVE_EXAMPLE) $(HAVE_PEERS) bundles ## measure: make bench TOPIC=name (QUICK=1 for the short form)
	@$(PY) "benchmarks/$(TOPIC).py"

names-a-topic:
	@test -n "$(TOPIC)" || { echo "which one? make bench TOPIC=name, with benchmarks/name.py" >&2; exit 2; }
	@test -f "benchmarks/$(TOPIC).py" || { echo "there is no benchmarks/$(TOPIC).py" >&2; exit 2; }

soak: setup ## the long forms of the tests
	SOAK=1 $(PY) -m pytest -m soak --timeout=3600

oracles: names-a-folder setup ## other projects' suites: make oracles DIR=folder-of-checkouts
	ORACLES_DIR="$(abspath $(DIR))" $(PY) -m pytest oracles --timeout=3600

names-a-folder:
	@test -d "$(DIR)" || { echo "which folder? make oracles DIR=folder-of-checkouts" >&2; exit 2; }
	@test -d oracles || { echo "there is no oracles/ folder in this version" >&2; exit 2; }

clean: ## remove everything that make created
	rm -rf .make $(VENV) node_modules tests/nodes/node_modules tests/apps/node_modules tests/readers/node_modules benchmarks/node_modules $(EXAMPLE)/node_modules \
	  agent/bundles rewriter/bundles dist

# --- what the targets stand on ------------------------------------------------

$(HAVE_TOOLS):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "fluxion needs Python 3.11 or newer: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot create environments (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
	  { echo "fluxion needs Node.js 20 or newer as 'node' on PATH" >&2; exit 1; }
	@npm --version >/dev/null || { echo "building fluxion needs npm on PATH" >&2; exit 1; }
	@mkdir -p .make && touch $@

$(HAVE_JS): package-lock.json | $(HAVE_TOOLS)
	$(NPM_CI) --ignore-scripts
	@touch $@

# The editable install runs the build hook, which finds the packages in place.
$(HAVE_VENV): pyproject.toml hatch_build.py | $(HAVE_JS)
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

$(HAVE_NODES): tests/nodes/package-lock.json | $(HAVE_TOOLS)
	cd tests/nodes && $(NPM_CI)
	@touch $@

$(HAVE_APPS): tests/apps/package-lock.json | $(HAVE_TOOLS)
	cd tests/apps && $(NPM_CI) --ignore-scripts
	@touch $@

$(HAVE_READERS): tests/readers/package-lock.json | $(HAVE_TOOLS)
	cd tests/readers && $(NPM_CI) --ignore-scripts
	@touch $@

$(HAVE_PEERS): benchmarks/package-lock.json | $(HAVE_TOOLS)
	cd benchmarks && $(NPM_CI) --ignore-scripts
	@touch $@

.make/example: $(EXAMPLE)/package-lock.json | $(HAVE_TOOLS)
	cd $(EXAMPLE) && $(NPM_CI)
	@touch $@
