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

.PHONY: help setup regenerate docs check test contract fuzz soak bench serve golden recordings fix lock
.PHONY: fresh mypy pyright lint format floors

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## the virtual environment, from requirements.txt

regenerate: $(READY) ## the client and its reference, from the document
	@$(BIN)/specmill regenerate

docs: $(READY) ## the reference alone, from the document
	@$(BIN)/specmill docs

test: $(READY) ## all tests
	@$(BIN)/python -m pytest -n auto --dist loadgroup

check: $(READY) ## are client and reference fresh; types, style and floors of everything
	@$(MAKE) --no-print-directory -k fresh mypy pyright lint format floors

contract: $(READY) ## the contract tester on every faulty server there is, as a table
	@$(BIN)/python -m tests.contract

fuzz: $(READY) ## client, emulator and tester against each other, TIMES=100 as much as in the suite
	@FUZZ=$(or $(TIMES),100) $(BIN)/python -m pytest -q -n auto --dist loadgroup tests/contract/flagship

soak: $(READY) ## a million records through a server that breaks in every way
	@SOAK_RECORDS=1000000 $(BIN)/python -m pytest -q -s tests/kafka/test_soak.py

bench: $(READY) ## every figure that is quoted, measured anew; ONLY=streams for a part
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

serve: $(READY) ## a stand-in for the API on 127.0.0.1:8082, until Ctrl-C
	@$(BIN)/specmill serve

golden: $(READY) ## the expected output of tests/cases and generator/commands.md, anew
	@SPECMILL_GOLDEN=update $(BIN)/python -m pytest -q tests/test_cases.py tests/diff/test_pairs.py tests/test_docs.py

recordings: $(READY) ## spec/recordings, from the emulator and Kafka; what means the same as before stays
	@$(BIN)/python -m tests.serve.spoken

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
