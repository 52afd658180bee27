"""The README's test command installs all packages that the tests use."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMPORT = re.compile(r'^\s*(?:import|from) ([A-Za-z]\w*)|"-m", "([A-Za-z]\w*)"', re.MULTILINE)


def read_name(requirement: str) -> str:
    """Return the name of the distribution in a requirement such as `psycopg[binary]>=3.2`."""
    return re.split(r"[^\w.-]", requirement)[0].lower()


def list_installed_names() -> set[str]:
    """Return the distributions that `pip install -e '.[test]'` installs: the requirements, and their requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"], *extras["test"]]
    for requirement in extras["test"]:
        if extra := re.match(r"schema-dsl\[(.+)\]", requirement):
            requirements += [name for part in extra[1].split(",") for name in extras[part]]
    names = {read_name(requirement) for requirement in requirements} - {"schema-dsl"}
    return names | {
        read_name(requirement)
        for name in names
        for requirement in requires(name) or ()
        if "extra ==" not in requirement
    }


def test_whatever_tests_import_or_run_is_in_the_extra() -> None:
    """Each module that a test imports, or runs with `python -m`, belongs to a dependency or to the extra `test`."""
    known = {
        "schema_dsl",
        "tests",
        "definitions",
        "__future__",
        "tools",
        "benchmarks",
    } | sys.stdlib_module_names
    distributions = packages_distributions()
    installed = list_installed_names()
    assert {"ruff", "mypy", "pytest"} <= installed
    missing = {}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for match in IMPORT.finditer(path.read_text("utf-8")):
            name = match[1] or match[2]
            owners = {each.lower().replace("_", "-") for each in distributions.get(name, ())}
            if name not in known and owners and not owners & installed:
                missing[name] = path.relative_to(ROOT).as_posix()
    assert missing == {}
