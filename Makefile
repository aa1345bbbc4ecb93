# Everything a maintainer types. With Pixi on PATH the locked environments run it; without it a virtual environment
# made from hash-pinned requirements does.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.requirements

ifneq ($(shell command -v pixi 2>/dev/null),)
PREPARE :=
BUILD_PYTHON := pixi run --locked -e build python
TEST_PYTHON := pixi run --locked -e test python
else
PREPARE := $(STAMP)
BUILD_PYTHON := $(VENV)/bin/python
TEST_PYTHON := $(VENV)/bin/python
endif

.PHONY: help site test test-quick records check lint types layers coverage look reference bench requirements clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements/all.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.txt
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Pages with cells that need what a plain machine lacks, and a second environment that brings what can be installed of it:
# PyTorch for the processor, HTCondor's module, checkers. Nothing else uses it. docs/records-of-the-course.md says more.
DEMANDING := containers ci-images cuda-environments gpu-training htcondor slurm
RECORDS_VENV := .venv-records
RECORDS_STAMP := $(RECORDS_VENV)/.requirements
# Where Slurm's daemons are installed, a cluster of one node runs beside the cells.
ONE_NODE_SLURM := $(if $(shell PATH="$$PATH:/usr/sbin:/sbin" command -v slurmctld 2>/dev/null),tools/one_node_slurm.py $(RECORDS_VENV)/bin/python)

$(RECORDS_STAMP): requirements/all.txt pyproject.toml
	$(PYTHON) -m venv $(RECORDS_VENV)
	$(RECORDS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/all.txt
	$(RECORDS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[training,lesson]'
	@touch $@

site: $(PREPARE) ## Build the lesson's site into site/
	@$(BUILD_PYTHON) -m site_builder build

test: $(PREPARE) ## Run all tests
	$(TEST_PYTHON) -m pytest -n 2 --dist loadgroup

test-quick: $(PREPARE) ## Run the tests that take less than two minutes together
	$(TEST_PYTHON) -m pytest -n 2 --dist loadgroup -m "not slow"

records: $(PREPARE) $(RECORDS_STAMP) ## Refresh every record that this machine can make and put them under records/
	$(BUILD_PYTHON) -m site_builder run
	$(RECORDS_VENV)/bin/python $(ONE_NODE_SLURM) -m site_builder run --environments host $(DEMANDING)
	$(BUILD_PYTHON) -m site_builder records save

check: $(PREPARE) ## Report what is wrong with the lesson
	@$(BUILD_PYTHON) -m site_builder check --strict

lint: $(STAMP) ## Check style
	$(VENV)/bin/python -m ruff check site_builder tests bench tools
	$(VENV)/bin/python -m ruff format --check site_builder tests bench tools

types: $(STAMP) ## Check types
	$(VENV)/bin/python -m mypy

layers: $(STAMP) ## Check that imports go one way
	$(VENV)/bin/python -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'

coverage: $(PREPARE) ## Run all tests and show which lines and branches none of them reaches
	$(TEST_PYTHON) -m pytest -n 2 --dist loadgroup --cov --cov-report=term-missing:skip-covered

look: site ## Take the pictures of docs/look.md anew (needs Chromium)
	$(TEST_PYTHON) tools/screenshots.py site --docs docs/images

reference: $(STAMP) ## Write the reference of settings in docs/ anew, and the schemas
	$(VENV)/bin/python tools/reference.py

bench: $(PREPARE) ## Measure speed as ratios in one run
	$(BUILD_PYTHON) bench/bench.py

requirements: ## Compile the hash-pinned requirements anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
	  --extra course --extra test --output-file requirements/all.txt pyproject.toml requirements/build.in

clean: ## Remove what builds left: caches and the site, not the records
	rm -rf site .lesson/work .lesson/stage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
