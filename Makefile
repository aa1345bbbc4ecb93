# Everything a maintainer types runs in a virtual environment made from hash-pinned requirements. With Pixi on PATH its Python is that of
# the lock; without it, or where it is not installed and there is no network to install it, it is the one on PATH.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
# The environment remembers which Python made it; without one it is python3.
REMEMBERED = $(shell p="$$(sed -n 's/^ "python": "\(.*\)",$$/\1/p' '$(1)/.set-up.json' 2>/dev/null || true)"; test -x "$$p" && echo "$$p" || echo python3)
ifeq ($(origin PYTHON),undefined)
SET_UP = "$(call REMEMBERED,$(1))" tools/set_up --venv "$(1)"
else
SET_UP = "$(PYTHON)" tools/set_up --venv "$(1)"
endif
export WHEELS INSTALLER VERBOSE

REACHED = python3 -c 'import socket; socket.create_connection(("pixi.sh", 443), 3)' 2>/dev/null
ifneq ($(shell command -v pixi >/dev/null 2>&1 && { test -d .pixi/envs/build/conda-meta || $(REACHED); } && echo usable),)
PREPARE :=
BUILD_PYTHON := pixi run --locked -e build python tools/set_up --run
TEST_PYTHON := $(BUILD_PYTHON)
else
PREPARE := environment
BUILD_PYTHON := $(VENV)/$(BIN)/python
TEST_PYTHON := $(VENV)/$(BIN)/python
endif

.PHONY: test-pixi help environment records-environment wheels site test test-quick test-world records gpu-records pixi-records check lint types layers coverage look docs reference bench faults mutants requirements clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

environment:
	@$(call SET_UP,$(VENV)) $(SET_UP_OPTIONS)

wheels: environment ## Fill a folder with all that set-up installs, for machines without a network: make wheels TO=folder
	@$(call SET_UP,$(VENV)) --download "$(or $(TO),wheels)"

# Pages with cells that need what a plain machine lacks, and a second environment that brings what can be installed of it:
# PyTorch, HTCondor's module. TORCH=cpu takes PyTorch for the processor alone. docs/records-of-the-course.md says more.
DEMANDING := containers ci-images cuda-environments gpu-training htcondor slurm
RECORDS_VENV := .venv-records
# Where Slurm's daemons are installed, a cluster of one node runs beside the cells.
ONE_NODE_SLURM := $(if $(shell PATH="$$PATH:/usr/sbin:/sbin" command -v slurmctld 2>/dev/null),tools/one_node_slurm.py $(RECORDS_VENV)/$(BIN)/python)

records-environment:
	@$(call SET_UP,$(RECORDS_VENV)) --requirements requirements/records$(if $(filter cpu,$(TORCH)),-cpu).txt $(SET_UP_OPTIONS)

site: $(PREPARE) ## Build the lesson's site into site/
	@$(BUILD_PYTHON) -m site_builder build

test: $(PREPARE) ## Run all tests that need only what set-up installs; TESTS=folder: some of them
	$(TEST_PYTHON) -m pytest -n 2 --dist loadfile $(TESTS)

test-quick: $(PREPARE) ## Run the tests that take less than two minutes together
	$(TEST_PYTHON) -m pytest -n 2 --dist loadfile -m "not slow and not world"

test-pixi: environment ## Run the tests of a real Pixi, which needs to be on PATH; on Linux they need no network
	$(VENV)/$(BIN)/python -m pytest -m world tests/environments/test_real_pixi.py

test-world: $(PREPARE) ## Run the tests that need more: R, Slurm, an index that has moved on; BUDGET=minutes
	$(TEST_PYTHON) -m pytest -m world --budget "$(or $(BUDGET),35)"

records: $(PREPARE) records-environment ## Refresh every record that this machine can make and put them under records/
	$(BUILD_PYTHON) -m site_builder run
	$(RECORDS_VENV)/$(BIN)/python $(ONE_NODE_SLURM) -m site_builder run --environments host $(DEMANDING)
	$(BUILD_PYTHON) -m site_builder records save

gpu-records: $(PREPARE) $(if $(PREPARE),records-environment) ## Refresh the records of cells that need an NVIDIA GPU, in ten minutes, and put them under records/
	$(if $(PREPARE),$(RECORDS_VENV)/$(BIN)/python,$(BUILD_PYTHON)) -m tools.course_records cuda $(if $(PREPARE),--environments host)

pixi-records: $(PREPARE) ## Refresh the records of cells that need Pixi and a network and put them under records/
	$(BUILD_PYTHON) -m tools.course_records pixi --minutes 60

check: $(PREPARE) ## Report what is wrong with the lesson
	@$(BUILD_PYTHON) -m site_builder check --strict
	@$(BUILD_PYTHON) tools/course_facts.py

lint: environment ## Check style
	$(VENV)/$(BIN)/python -m ruff check site_builder tests bench tools
	$(VENV)/$(BIN)/python -m ruff format --check site_builder tests bench tools

types: environment ## Check types
	$(VENV)/$(BIN)/python -m mypy

layers: environment ## Check that imports go one way
	$(VENV)/$(BIN)/python -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'

coverage: $(PREPARE) ## Run all tests and show which lines and branches none of them reaches
	$(TEST_PYTHON) -m pytest -n 2 --dist loadfile --cov --cov-report=term-missing:skip-covered

look: site docs ## Take the pictures of docs/look.md and docs/boxes.md anew (needs Chromium)
	$(TEST_PYTHON) tools/screenshots.py site --docs docs/images
	$(TEST_PYTHON) tools/screenshots.py build/docs --boxes docs/images
	$(TEST_PYTHON) tools/preview_screenshots.py docs/images

docs: environment ## Build the documentation's site into build/docs/
	$(VENV)/$(BIN)/python -m tools.documentation

reference: environment ## Write anew what is generated in docs/: tables, schemas, commands, sessions, examples of problems
	$(VENV)/$(BIN)/python tools/reference.py --run

bench: $(PREPARE) ## Measure speed as ratios in one run
	$(BUILD_PYTHON) bench/bench.py

faults: $(PREPARE) ## Run the tests of every fault and write what was seen into docs/trust.md
	$(TEST_PYTHON) tools/faults.py --write

mutants: $(PREPARE) ## Take out one guard after the other, and see that its test fails
	$(TEST_PYTHON) tools/mutants.py

requirements: environment ## Compile the hash-pinned requirements anew from pyproject.toml; UPGRADE=1: the newest releases
	$(VENV)/$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Remove what builds left: caches and the site, not the records
	rm -rf site .lesson/work .lesson/stage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
