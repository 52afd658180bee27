"""Run the Python blocks of the pages as tests."""

from __future__ import annotations

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser

# The projects have settings and tests of their own, which tests/docs/test_example_projects.py runs.
collect_ignore_glob = ["examples/*"]

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
