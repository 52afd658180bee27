"""One name has one meaning in the package."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "schema_dsl"


def list_class_names() -> dict[str, list[str]]:
    """Return the modules by the name of each class and type alias at module level, without leading underscores."""
    modules: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                name = node.name
            elif isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.dump(node.annotation):
                assert isinstance(node.target, ast.Name)
                name = node.target.id
            else:
                continue
            modules[name.lstrip("_")].append(path.relative_to(PACKAGE).as_posix())
    return modules


def test_no_two_classes_share_a_name() -> None:
    """Each name of a class or type alias at module level is defined once in the package."""
    names = list_class_names()
    assert {"Table", "Catalog", "Finding"} <= names.keys()
    assert {} == {name: modules for name, modules in names.items() if len(modules) > 1}
