# Everything a reader or developer needs: `make chat`, `make test`; see README.md.
# Needs Python 3.11 or newer with pip; uses uv where it is installed, and does not need it.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done)
UV := $(shell command -v uv 2>/dev/null)

.PHONY: install install-dev chat test soak check format bench eval screenshots lock clean

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

chat: install
	$(BIN)/parley chat

# A file's tests stay together, since what they share takes seconds to set up.
test: install-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

# The long ones, of which `make test` runs a sample: a thousand damaged files.
soak: install-dev
	PARLEY_FUZZ=1000 $(BIN)/python -m pytest tests/test_fuzz.py

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pyright --pythonpath $(BIN)/python

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Both take the benchmark's data from the folder that PARLEY_BENCH names. What is kept of `bench`
# is in tests/bench/results.json; with BENCH_KEEP=FOLDER its big libraries stay there, so that a run
# that was broken off need not make them again.
KEEP := $(if $(BENCH_KEEP),--keep $(BENCH_KEEP))
bench: install-dev
	@echo "This takes about two hours on two cores, and a quiet machine; libraries take 6 GB."
	$(BIN)/python -m tests.bench.embedding_speed --save
	$(BIN)/python -m tests.bench.quality --save
	$(BIN)/python -m tests.bench.ingest_speed --save
	$(BIN)/python -m tests.bench.ask_speed
	$(BIN)/python -m tests.bench.start_speed --save $(KEEP)
	$(BIN)/python -m tests.bench.growth --save $(KEEP)
	$(BIN)/python -m tests.bench.briefing_speed
	$(BIN)/python -m tests.bench.dates
	$(BIN)/python -m tests.bench.faults
	$(BIN)/python -m tests.bench.near_copies
	$(BIN)/python -m tests.bench.report

# Fails where a figure is below its floor; RAISE=--raise-floors raises the floors instead.
FLOORS := --floors tests/floors.toml $(RAISE)

eval: install-dev
	$(BIN)/parley eval retrieval "$${PARLEY_BENCH:?name the folder of the benchmark data}/squad" $(FLOORS)
	$(BIN)/parley eval answers "$$PARLEY_BENCH/squad" $(FLOORS)
	$(BIN)/parley eval grounding tests/data/grounding.jsonl $(FLOORS)
	$(BIN)/parley eval grounding tests/data/grounding_held_out.jsonl $(FLOORS)
	$(BIN)/parley eval grounding tests/data/grounding_written.jsonl $(FLOORS)
	$(BIN)/parley eval neutrality "$$PARLEY_BENCH/allsides/triples.jsonl" $(FLOORS) --name allsides
	$(BIN)/parley eval loaded-words "$$PARLEY_BENCH/babe/sentences.jsonl" $(FLOORS) --name babe
	$(BIN)/python -m tests.bench.rgb
	$(BIN)/python -m tests.bench.injection
	$(BIN)/python -m tests.bench.prompt_injection

# Makes the README's pictures; needs Chromium.
screenshots: install-dev
	$(BIN)/python docs/screenshots.py

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Parley needs Python 3.11 or newer: install it and try again." >&2; exit 1; }
ifdef UV
	uv venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(VENV)
endif

# pip can install into another environment, so one without pip (Debian's, say) will do.
ifdef UV
PIP_INSTALL := uv pip install --quiet --python $(BIN)/python
else
PIP_INSTALL := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet
endif

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Parley into $(VENV) (a few minutes the first time) …"
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# Needs uv. The locks hold hashes and no addresses, and serve every platform.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --python-version 3.11 --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --python-version 3.11 --group build --group dev -c requirements.lock \
		pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .import_linter_cache
