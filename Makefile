# `make` alone explains the targets. Everything is installed into .venv, on the first use.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PYTEST_ARGS ?=
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -c pyproject.toml
READY := .venv/ready

.DEFAULT_GOAL := help
.PHONY: help demo test generate learn refresh check lint format types audit compatible tools engines long coverage bench bench-guard drift peers load wheel clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Run the client: on the live API if COC_TOKEN is set, else on a sandbox
	@$(BIN)/python examples/demo.py

test: $(READY) ## Run the tests; PYTEST_ARGS adds options, such as --recordings DIR
	$(PYTEST) -n auto --dist worksteal -m "not tools and not long" $(PYTEST_ARGS)

generate: $(READY) ## Write all generated files anew from spec/clashofclans.yaml
	$(BIN)/python -m codegen

refresh: $(READY) ## Compare the API's document FROM=file or address with the spec; AGAINST=older, or APPLY=1
	@$(BIN)/python -m codegen refresh "$(FROM)" $(if $(AGAINST),--against "$(AGAINST)") $(if $(filter 1,$(APPLY)),--apply)

learn: $(READY) ## Compare the recorded answers in FROM=folder with the spec; APPLY=1 writes what is new
	@$(BIN)/python -m codegen learn "$(FROM)" $(if $(filter 1,$(APPLY)),--apply)

check: $(READY) ## Check that the spec is sound and the generated files are what it gives
	$(BIN)/openapi-spec-validator --subschema-errors all spec/clashofclans.yaml
	$(BIN)/yamllint --strict spec/clashofclans.yaml
	$(BIN)/python -m codegen --check

lint: $(READY) ## Look for mistakes and bad style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## Bring the code into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: $(READY) ## Check the types with pyright, mypy and pyright --verifytypes
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pyright --verifytypes cocapi_gen --ignoreexternal

audit: $(READY) ## Look for known weaknesses of what the package needs, as installed and in the lowest versions allowed
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet "pip-audit==2.10.*"
	$(BIN)/python .ci/audit.py build/audit/bin/pip-audit

compatible: $(READY) ## Look for changes since the last release that break programs which use the package
	$(BIN)/python .ci/compatible.py

tools: $(READY) ## Run the other tests: of the generator, the sandbox, with pyright, in other Python versions
	$(PYTEST) -n auto --dist worksteal -m tools $(PYTEST_ARGS)

engines: $(READY) ## Run the tests once more, with httptools in the place of the package's own connections
	$(PYTEST) -n auto --dist worksteal -m "not tools and not long" --engine httptools $(PYTEST_ARGS)

long: $(READY) ## Run the tests that take many minutes: a million tags, millions of calls, mutated answers by the thousand
	$(PYTEST) -m long $(PYTEST_ARGS)

coverage: $(READY) ## Run all tests but the long ones and show what of the hand-written code they miss
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -c pyproject.toml -q -n auto --dist worksteal -m "not long" $(PYTEST_ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(READY) ## Measure this package, its peers and the bare limits side by side; BODIES=folder takes other answers
	@$(BIN)/python -m benchmarks $(if $(BODIES),--bodies "$(BODIES)")

bench-guard: $(READY) ## The same in short, for what is run before a merge
	@$(BIN)/python -m benchmarks --guard

drift: $(READY) ## Measure what it costs to look for news in answers, against its goal
	$(BIN)/python -m benchmarks.drift_cost

peers: $(READY) ## Let other people's clients use the sandbox, each in an environment of its own
	$(BIN)/python -m benchmarks.peers

load: $(READY) ## Measure a sandbox of 1,000 clans against its goals
	$(BIN)/python -m benchmarks.sandbox_load

wheel: $(READY) ## Build the wheel and run the quick start from it in an environment of its own
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
	$(PYTHON) -m venv build/wheel/venv
	build/wheel/venv/bin/python -m pip install --quiet build/wheel/*.whl
	cp examples/demo.py build/wheel/demo.py
	cd build/wheel && env -u COC_TOKEN -u COC_BASE_URL venv/bin/python -I demo.py

clean: ## Take away everything that was made
	rm -rf .venv build dist .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group dev --editable .
	@touch $(READY)
