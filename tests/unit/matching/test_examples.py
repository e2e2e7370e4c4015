"""Every worked example in the engine's documentation is true, and every public function has one."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import pipeline.matching

MODULES = [f"pipeline.matching.{module.name}" for module in pkgutil.iter_modules(pipeline.matching.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_print_what_they_say(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


@pytest.mark.parametrize("name", ["templates", "gallery", "search", "screen"])
def test_every_public_function_and_class_that_acts_has_an_example(name):
    module = importlib.import_module(f"pipeline.matching.{name}")
    plain = {
        "Alerts",
        "Admitted",
        "hits",
        "alerts",
        "trusted_levels",
        "compiled",
        "processors",
    }  # parts of others
    for member, value in vars(module).items():
        if inspect.getmodule(value) is module and callable(value) and not member.startswith("_"):
            assert value.__doc__
            assert member in plain or ">>>" in value.__doc__, member
