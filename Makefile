# Every target makes .venv first, when it is not there or no longer fits; all it needs is Python 3.11 or newer
# (another one than the first on the PATH: make PYTHON=/path/to/python3 …).
BIN := .venv/bin
READY := .venv/ready
unexport PYTHONPATH PYTHONHOME
export PATH := $(CURDIR)/$(BIN):$(PATH)

# An environment that was copied here with the checkout belongs to the old folder.
ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

.PHONY: help setup regenerate check test soak bench golden fix lock
.PHONY: fresh mypy pyright lint format floors

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## the virtual environment, from requirements.txt

regenerate: $(READY) ## the client, from the document
	@$(BIN)/specmill regenerate

test: $(READY) ## all tests
	@$(BIN)/python -m pytest -n auto --dist loadgroup

check: $(READY) ## is the client fresh; types, style and floors of everything
	@$(MAKE) --no-print-directory -k fresh mypy pyright lint format floors

soak: $(READY) ## a million records through a server that breaks in every way
	@SOAK_RECORDS=1000000 $(BIN)/python -m pytest -q -s tests/kafka/test_soak.py

bench: $(READY) ## every figure that is quoted, measured anew; ONLY=streams for a part
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

golden: $(READY) ## the expected output of tests/cases, anew
	@SPECMILL_GOLDEN=update $(BIN)/python -m pytest -q tests/test_cases.py

fix: $(READY) ## what ruff can mend by itself
	@$(BIN)/ruff check --fix && $(BIN)/ruff format

lock: $(READY) ## requirements.txt, from pyproject.toml
	@.ci/lock

fresh: $(READY)
	$(BIN)/specmill check
mypy: $(READY)
	$(BIN)/mypy
pyright: $(READY)
	$(BIN)/pyright --pythonpath $(BIN)/python
lint: $(READY)
	$(BIN)/ruff check
format: $(READY)
	$(BIN)/ruff format --check
floors: $(READY)
	PYTHONPATH=generator:generator/kafka:generated $(BIN)/lint-imports --no-logo --no-cache

$(READY): requirements.txt pyproject.toml
	@.ci/setup
