#!/usr/bin/env bash
# Everything a reviewer needs, in one command: `make test` calls this inside the environment.
set -euo pipefail
step() { printf '\n== %s\n' "$*"; }

step "a browser for the tests of the site"
if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null
  elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
    sudo apt-get update -qq && sudo apt-get install -y -qq chromium >/dev/null
  else
    echo "The tests of the site need Chromium: install the package 'chromium' (or Google Chrome) and run again."
    exit 1
  fi
fi

# The build under test is the one that every clone makes: from the embedded snapshot.
archive=${LFR_ARCHIVE:-}
unset LFR_ARCHIVE
step "dvc repro"
python -m pipeline mend
dvc repro --quiet
dvc status

if [ "${CI:-}" = true ]; then
  step "nothing was edited by hand: the build leaves no difference"
  git diff --exit-code --stat
fi

step "lint, format, import rules"
ruff check .
ruff format --check .
lint-imports

step "unit, contract, theme and browser tests"
if [ -n "$archive" ]; then export LFR_ARCHIVE=$archive; fi
python -m pytest tests --numprocesses auto --dist loadfile --no-loadscope-reorder --durations 12
unset LFR_ARCHIVE

# the pages of the forces, all of one notebook, are among the tests above; kernels are forked as for the book
step "every chapter's outputs, recomputed and compared"
PYTHONPATH="$PWD" python -m pytest -p tests.notebooks.kernels --nbval --nbval-current-env --numprocesses auto --dist loadscope \
  book/chapters/*.ipynb
