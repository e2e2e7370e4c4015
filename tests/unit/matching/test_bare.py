"""The engine works alone: numpy, the standard library, and nothing of the project or of any other package."""

import json
import shutil
import subprocess
import venv
from pathlib import Path

import numpy as np
import pytest

import pipeline.matching

SCRIPT = """
import doctest, importlib, json, pkgutil, sys
import numpy as np
import matching

examples = {}
for module in pkgutil.iter_modules(matching.__path__):
    loaded = importlib.import_module(f"matching.{module.name}")
    for test in doctest.DocTestFinder().find(loaded):
        whole = "".join(example.source for example in test.examples)
        if "FastSearch" not in whole and "pipeline." not in whole:  # onnxruntime, and the name of the copy
            runner = doctest.DocTestRunner()
            runner.run(test)
            assert runner.failures == 0, test.name
            examples[test.name] = runner.tries

from matching.gallery import Gallery
from matching.screen import FastSearch
from matching.search import search

found = search(Gallery([[1, 0], [0, 1]], ["ada", "bob"]), [[3, 4], [-1, -1]], 0.75)
try:
    FastSearch(Gallery([[1, 0]]))
except ImportError as error:
    message = str(error)
known = set(sys.stdlib_module_names) | {"matching", "numpy", "__main__"}
loaded = {name.split(".")[0] for name, module in sys.modules.items() if getattr(module, "__spec__", None)}
print(json.dumps({
    "found": [found.probe.tolist(), found.identifier.tolist(), found.score.round(6).tolist()],
    "message": message,
    "examples": sum(examples.values()),
    "foreign": sorted(loaded - known),
}))
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """What the script prints in an environment that holds numpy and a copy of the engine."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=False, symlinks=True)
    packages = next(home.glob("lib/python*/site-packages"))
    for folder in Path(np.__file__).parent.parent.glob("numpy*"):
        if folder.name in ("numpy", "numpy.libs"):
            (packages / folder.name).symlink_to(folder)
    source = Path(pipeline.matching.__file__).parent
    shutil.copytree(source, packages / "matching", ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [home / "bin" / "python", "-I", "-c", SCRIPT], capture_output=True, text=True, cwd=home
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_oracle_searches_with_numpy_alone(bare):
    assert bare["found"] == [[0], ["bob"], [0.8]]  # a 3-4-5 triangle against the two axes


def test_every_other_example_of_the_engine_holds_with_numpy_alone(bare):
    assert bare["examples"] > 30


def test_nothing_but_numpy_and_the_standard_library_is_loaded(bare):
    assert bare["foreign"] == []


def test_the_fast_search_says_what_it_lacks(bare):
    assert bare["message"].startswith(
        "FastSearch needs onnxruntime and onnx: run `pip install onnxruntime onnx`"
    )
