PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The official CPU index first: elsewhere a plain `pip install torch` on Linux brings 2.85 GB of CUDA.
# One try and a short wait, so that a closed network costs seconds; pip's own index is the way back.
TORCH := torch>=2.13,<2.14
TORCH_CPU_INDEX ?= https://download.pytorch.org/whl/cpu

.PHONY: chat test install install-test install-lint check lint format type eval clean

chat: install
	@echo "== Sounding Board on http://127.0.0.1:7860 (Ctrl+C stops it)"
	@$(BIN)/mentor serve

install: $(VENV)/.installed

$(VENV)/bin/python:
	@echo "== making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "== installing torch for the CPU (about 200 MB; once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -c "import torch" 2>/dev/null || \
	 $(BIN)/pip install --quiet --retries 0 --timeout 5 --index-url $(TORCH_CPU_INDEX) "$(TORCH)" 2>/dev/null || \
	 $(BIN)/pip install --quiet "$(TORCH)"
	@echo "== installing Sounding Board and what it needs (some minutes; once)"
	@$(BIN)/pip install --quiet --editable .
	@touch $@

install-test: install $(VENV)/.installed-test
$(VENV)/.installed-test: pyproject.toml $(VENV)/.installed
	@echo "== installing the test tools"
	@$(BIN)/pip install --quiet --group test
	@touch $@

install-lint: install-test $(VENV)/.installed-lint
$(VENV)/.installed-lint: pyproject.toml $(VENV)/.installed-test
	@echo "== installing the lint tools"
	@$(BIN)/pip install --quiet --group lint
	@touch $@

test: install-test
	@echo "== running the tests"
	@$(BIN)/python -m pytest

lint: install-lint
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mentor library lint

format: install-lint
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

type: install-lint
	@$(BIN)/mypy

check: lint type test

eval: install
	@$(BIN)/mentor eval run

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache
