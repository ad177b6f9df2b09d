# Two commands do everything: `make demo` and `make test`. Both build .venv first, once, from python3 alone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help install demo test lint docs clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    edit a shot: demo/out/shot.####.exr"
	@echo "make test    run all tests"
	@echo "make lint    check style and types"
	@echo "make docs    write the generated pages anew"
	@echo "make clean   remove what demo and tests made, but not $(VENV)"

install: $(INSTALLED)

$(INSTALLED): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Recast Nodes needs Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing into $(VENV); the first time this takes some minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: install
	@$(BIN)/python demo/run.py

test: install
	@$(BIN)/recast models fetch || echo "Without the model files, the tests that track a face are skipped."
	@$(BIN)/python -m pytest --numprocesses=auto

lint: install
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

docs: install
	@$(BIN)/recast docs

clean:
	rm -rf demo/out benchmarks/out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
