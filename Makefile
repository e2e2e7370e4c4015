# `make book` builds, `make test` checks. Every target explains itself: `make help`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := . $(VENV)/bin/activate &&
BASE ?= HEAD~1
PORT ?= 8000
PART ?= all
.DEFAULT_GOAL := help
.PHONY: help book serve test review refresh reproduce bench lock clean

help:  ## explain every target
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "This project needs Python 3.11, 3.12 or 3.13; name one: make book PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@# uv installs the rest several times faster; it comes from the same lock file, its hash checked by pip
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	$(VENV)/bin/pip install --quiet --require-hashes -r $(VENV)/uv.lock
	$(VENV)/bin/uv pip sync --quiet --require-hashes --python $(VENV)/bin/python requirements.lock
	@touch $@

book: $(VENV)/installed  ## make the environment, run the pipeline, build the site
	@$(RUN) python -m pipeline mend && dvc repro
	@echo "The site is in site/index.html; 'make serve' opens it at http://localhost:$(PORT)"

serve: $(VENV)/installed  ## serve the built site on this machine (PORT=8000)
	@test -f site/index.html || { echo "There is no site yet; run 'make book' first."; exit 1; }
	@echo "http://localhost:$(PORT) (Ctrl-C ends it)"
	@$(VENV)/bin/python -m http.server --bind 127.0.0.1 --directory site $(PORT)

test: $(VENV)/installed  ## everything a reviewer needs: pipeline, lint, tests, notebooks, browser
	@$(RUN) bash tests/run.sh

review: $(VENV)/installed  ## one page of every claim, verdict, row and output changed since a revision (BASE=HEAD~1)
	@$(RUN) python -m pipeline review --base "$(BASE)"

refresh: $(VENV)/installed  ## ask the publishers for newer files and report what changed
	@$(RUN) python -m pipeline refresh

reproduce: $(VENV)/installed  ## rebuild everything in two clean clones and compare every byte
	@$(RUN) python -m tests.reproduce

$(VENV)/bench-installed: requirements-bench.lock $(VENV)/installed
	$(VENV)/bin/uv pip install --quiet --require-hashes --python $(VENV)/bin/python -r requirements-bench.lock
	@touch $@

bench: $(VENV)/bench-installed  ## time the build, and the engine beside its peers, on a quiet machine (PART=all)
	@$(RUN) python -m pipeline bench $(PART)

lock: requirements.txt $(VENV)/installed  ## write requirements.lock and requirements-bench.lock anew
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements.txt -o requirements.lock
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes -c requirements.lock requirements-bench.txt \
	  -o requirements-bench.lock

clean:  ## remove what the build made and git does not keep
	rm -rf .cache site book/_build data/raw .pytest_cache .ruff_cache .hypothesis .import_linter_cache
