# Two commands do everything: `make demo` and `make test`. Both build .venv first, once, from python3 alone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PLATE := demo/out/plate.1072.exr

.PHONY: help install demo test lint docs plugins blenders blender test-blender test-ray test-export test-measure test-openfx test-quality test-train clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    edit a shot: demo/out/shot.####.exr"
	@echo "make test    run all tests"
	@echo "make lint    check style and types"
	@echo "make docs    write the generated pages anew"
	@echo "make blender pack the Blender extension: dist/recast-blender.zip"
	@echo "make test-blender  test it in Blender 4.5 and 5.0, which this installs ($(BLENDERS))"
	@echo "make test-ray test the farm on a Ray cluster of this machine and with OpenCue's library, which this installs"
	@echo "make test-export test the ONNX files of exported networks, with the libraries for it, which this installs"
	@echo "make test-measure compare the report with MediaPipe's own reading, in an environment that this makes ($(MEASURE))"
	@echo "make test-quality render a few digital humans and measure the mesh model beside their truth: two to five minutes"
	@echo "make test-train teach a tiny model on the processor, and one by two processes: one to three minutes"
	@echo "make test-openfx compile the OpenFX plugin and test it in a strict host, and under the compiler's sanitizers"
	@echo "make plugins write the generated parts of the plugins anew, and their icons"
	@echo "make clean   remove what demo and tests made, but not $(VENV)"

install: $(INSTALLED)

$(INSTALLED): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Recast Nodes needs Python 3.11 or newer: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing into $(VENV); the first time this takes some minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(PLATE)
	@$(BIN)/recast models fetch
	@$(BIN)/recast edit --source 'demo/out/plate.####.exr' --driving demo/driver.mp4 \
	    --output 'demo/out/shot.####.exr' --mode replace
	@$(BIN)/python demo/make_picture.py
	@echo "The edited frames: demo/out/shot.####.exr, 1001-1072"

# Its last frame stands for the whole plate.
$(PLATE): $(INSTALLED) demo/make_plate.py demo/portrait.jpg
	@echo "Making the plate: demo/out/plate.####.exr, 1001-1072"
	@$(BIN)/python demo/make_plate.py

# A file's tests stay together, so that what they share (a worker, a tracked clip) is made once and not on every core.
test: install
	@$(BIN)/recast models fetch || echo "Without the model files, the tests that track a face are skipped."
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile

# Blender itself, as a Python module: one environment a version, outside the clone, 374 MB each.
BLENDERS ?= $(HOME)/.cache/recast-bpy
BLENDER_VERSIONS := 4.5/4.5.15 5.0/5.0.1

blenders: install
	@for version in $(BLENDER_VERSIONS); do \
	    folder=$(BLENDERS)/$${version%/*}; \
	    test -f $$folder/.installed && continue; \
	    echo "Installing Blender $${version#*/} into $$folder"; \
	    $(PYTHON) -m venv $$folder && $$folder/bin/python -m pip install --quiet --disable-pip-version-check \
	        bpy==$${version#*/} numpy==1.26.4 && touch $$folder/.installed || exit 1; \
	done

test-blender: blenders
	@RECAST_BPY=$(BLENDERS) $(BIN)/python -m pytest tests/hosts/blender

# An extra, installed once: .venv/.extra-train.
EXTRA := $(VENV)/.extra-

$(EXTRA)%: $(INSTALLED)
	@echo "Installing what the extra '$*' needs"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[$*]'
	@touch $@

test-ray: $(EXTRA)ray $(EXTRA)opencue
	@$(BIN)/python -m pytest tests/hosts/farm

# MediaPipe brings an OpenCV that would lie over ours: an environment of its own, outside the clone.
MEASURE ?= $(HOME)/.cache/recast-measure

test-measure: install
	@test -f $(MEASURE)/.installed || { \
	    $(PYTHON) -m venv $(MEASURE) && $(MEASURE)/bin/python -m pip install --quiet --disable-pip-version-check \
	        mediapipe==1.2.2 OpenImageIO==3.2.2.0 && touch $(MEASURE)/.installed; }
	@RECAST_MEASURE=$(MEASURE)/bin/python $(BIN)/python -m pytest tests/shots/test_report.py -k independent

test-export: $(EXTRA)export
	@RECAST_PARITY=all $(BIN)/python -m pytest tests/models/neural/test_export.py

test-openfx: install
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile tests/hosts/openfx

test-quality: install
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
		$(BIN)/recast bench quality --quick --make "$$folder" --model unedited --model mesh

test-train: $(EXTRA)train
	@RECAST_TRAIN=all $(BIN)/python -m pytest -o faulthandler_timeout=900 tests/training

blender: install
	@$(BIN)/recast plugins blender dist

lint: install
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

docs: install
	@$(BIN)/recast nodes --markdown > docs/nodes.md

plugins: install
	@$(BIN)/python -m recast_nodes.hosts.plugins plugins
	@$(BIN)/python tools/icons.py

clean:
	rm -rf demo/out benchmarks/out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
