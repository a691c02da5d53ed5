# Everything the project needs is made here; only Python >= 3.11, make and a package index are
# expected on the machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= auto

.PHONY: demo run test soak lint bench lock clean

# An environment whose making was interrupted has no pip: it is made again.
define ENVIRONMENT
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Python 3.11 or newer is needed. Name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
	exit 1; }
@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
endef

$(VENV)/.runtime: requirements.txt
	$(ENVIRONMENT)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt
	$(ENVIRONMENT)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	touch $@ $(VENV)/.runtime

demo: $(VENV)/.runtime
	$(BIN)/python -m demo $(ARGS)

run: $(VENV)/.runtime
	$(BIN)/python -m launch --host $(HOST) --port $(PORT)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

soak: $(VENV)/.dev
	$(BIN)/python -m tests.simulation.soak $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

bench: $(VENV)/.dev
	$(BIN)/python -m bench $(ARGS)

# Makes the lock files anew from pyproject.toml.
lock:
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --extra demo --output-file requirements.txt
	$(BIN)/uv pip compile --universal --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --extra demo --extra dev --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) var staticfiles
