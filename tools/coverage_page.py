"""Write docs/coverage.md from the kinds of objects, their rules and their catalog queries.

python tools/coverage_page.py
"""

# ruff: noqa: INP001

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs

import schema_dsl
from schema_dsl import model
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.plan.rule import Alter, Commented, KindRule, Replace, load_kind_rules
from schema_dsl.postgres.binaries import OLDEST

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
# The literals of a query that describe properties that the model cannot express.
_PROPERTY = re.compile(r"'((?:has|is|inherits|transforms)\b[^']*)'")
_LITERAL = re.compile(r"(?:\ASELECT|THEN|ELSE)\s+'([a-z -]+)'")
_MAJOR = 10000
# Rows of the snapshot that are parts of other objects, or settings of a server.
# The public classes that declare the objects of classes that are not public; the others are declared by the access of a
# table.
_DECLARED_BY = {"OwningColumn": "Sequence", "IndexMark": "Table", "NotNullName": "Column"}
# The kinds that the snapshot names in other words.
_KINDS = {
    "range type": "range",
    "multirange type": "range",
    "statistics object": "statistics",
    "foreign-data wrapper": "foreign_data_wrapper",
}
_PARTS = frozenset(
    {
        "constraint",
        "connection",
        "data",
        "membership",
        "parameter",
        "password",
        "row type",
        "system",
        "tablespace",
        "the database",
    }
)

_HEAD = """# Coverage

The objects that schema-dsl declares, writes and reads, on Postgres {oldest} and later. This page is written from the
code: from the rule by which the planner changes each kind, and from the query by which a database is read.

- **Changed in place**: attributes that the planner alters.
- **Recreated for**: attributes for which it drops and creates the object together with its dependents, or replaces it
  in one statement. An attribute in both columns can be altered in some cases only, such as the labels of an enum.
- **Not expressed**: properties that the definitions cannot say. `introspect`, `import` and `dump` warn about each
  object that has one, or fail with `--strict`. If a declared object has one, `verify` reports it, and a rollback names
  it as not restored.

| Kind | Declared by | Changed in place | Recreated for | Not expressed |
|---|---|---|---|---|
"""

_TAIL = """
## Parts of objects without a declaration

`introspect`, `import` and `dump` also warn about these, or fail with `--strict`. Migrations keep them as long as the
object stays. `verify` reports a migration that changes one, except a comment on a row type and DEPENDS ON EXTENSION:

{others}

The names of the indexes, constraints and triggers that a partition has from its partitioned table are those that
Postgres chooses.

## Kinds without a declaration

`verify` compares the whole catalog before and after a migration, so it reports a change of these as well. The
definitions cannot declare them:

{kinds}.

`dump`, and the baseline that `import` writes, keep these as the SQL that creates them: {kept}.
"""

_KEPT_KIND = re.compile(r"::regclass, \w+\.oid, '(\w+)'")


def format_coverage_page() -> str:
    """Format the page."""
    rows = (_format_row(rule) for _, rule in sorted(load_kind_rules().items()))
    head = _HEAD.format(oldest=OLDEST // _MAJOR)
    kinds, kept = sorted(list_undeclared_kinds()), list_kept_kinds()
    others = "\n".join(f"- {text}" for text in list_other_properties())
    tail = _TAIL.format(
        others=others, kinds=", ".join(kinds), kept=", ".join(kind for kind in kinds if kind in kept)
    )
    return f"{head}{''.join(rows)}{tail}"


def list_kept_kinds() -> set[str]:
    """Return the kinds whose objects a dump creates although definitions cannot declare them."""
    query = files("schema_dsl.introspect").joinpath("kept_sql.sql").read_text("utf-8")
    return {kind.replace("_", " ") for kind in _KEPT_KIND.findall(query)}


def list_other_properties() -> Iterator[str]:
    """Yield the properties that the queries of the kinds do not tell."""
    query = files("schema_dsl.introspect").joinpath("other_properties.sql").read_text("utf-8")
    for text in dict.fromkeys(_PROPERTY.findall(query.partition("SELECT\n    CASE c.relkind")[0])):
        yield f"{text}..." if text.endswith(" ") else text


def _format_row(rule: KindRule) -> str:
    attributes = rule.attributes.items()
    altered = [name for name, how in attributes if isinstance(how, Alter | Commented)]
    replaced = [
        name
        for name, how in attributes
        if isinstance(how, Replace)
        or (isinstance(how, Alter) and (how.possible is not None or how.possible_in is not None))
    ]
    cells = (
        rule.kind.replace("_", " "),
        _find_declaration(rule.kind),
        _join_names(altered),
        _join_names(replaced),
        _join_properties(rule.kind),
    )
    return f"| {' | '.join(cells)} |\n"


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _find_declaration(kind: str) -> str:
    """Return the public class that declares objects of a kind; a privilege is declared by the access of a table."""
    for module in pkgutil.iter_modules(model.__path__):
        for name, value in vars(import_module(f"{model.__name__}.{module.name}")).items():
            if isinstance(value, type) and attrs.has(value) and vars(value).get("kind") == kind:
                return f"`{name if name in schema_dsl.__all__ else _DECLARED_BY.get(name, 'Access')}`"
    raise LookupError(kind)


def _join_properties(kind: str) -> str:
    # A text with a space at its end is followed by a value.
    found = dict.fromkeys(_PROPERTY.findall(load_kinds()[kind].query))
    return "; ".join(f"{text}..." if text.endswith(" ") else text for text in found)


def list_undeclared_kinds() -> Iterator[str]:
    """Yield the kinds of objects that the snapshot of the catalog knows and that no rule is about."""
    folder = files("schema_dsl.verify.snapshots")
    text = "\nUNION ALL\n".join(
        folder.joinpath(name).read_text("utf-8") for name in ("catalog.sql", "relations.sql")
    )
    rules = load_kind_rules()
    kinds: dict[str, None] = {}
    for paragraph in re.split(r"\nUNION ALL\n|\n\)\n(?=SELECT)", text):
        start = paragraph.find("SELECT")
        if start >= 0:
            kinds.update(dict.fromkeys(_LITERAL.findall(_first_expression(paragraph[start:]))))
    for kind in kinds:
        if _KINDS.get(kind, kind.replace(" ", "_")) not in rules and kind not in _PARTS:
            yield kind


def _first_expression(query: str) -> str:
    """Return the text of a query up to the end of its first output column."""
    depth = 0
    for match in re.finditer(r"\bCASE\b|\bEND\b|[(),]", query):
        word: Any = match[0]
        if word == "," and depth == 0:
            return query[: match.start()]
        depth += {"CASE": 1, "(": 1, "END": -1, ")": -1}.get(word, 0)
    return query


if __name__ == "__main__":
    PAGE.write_text(format_coverage_page(), "utf-8")
