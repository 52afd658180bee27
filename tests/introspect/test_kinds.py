"""Tests that the kinds of introspection are those of planning."""

from __future__ import annotations

from pathlib import Path

from schema_dsl import introspect
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.plan.rule import load_kind_rules

FOLDER = Path(introspect.__file__).parent
# Names and options that Postgres spells in its own way, and that name no object of the definitions.
SPELLED = {
    "aggregate": {"sort_operator"},
    "collation": {"locale", "lc_ctype"},
    "text_search_configuration": {"parser"},
    "text_search_dictionary": {"template", "options"},
}


class TestKinds:
    """The completeness of the kinds."""

    def test_every_kind_is_read(self) -> None:
        """Every kind with a rule, and no other kind, has a reader and a query."""
        assert set(load_kind_rules()) == set(load_kinds())
        queries = {file.stem for file in (FOLDER / "queries").glob("*.sql")}
        of_roots = {f"{name}_of_roots" for name, kind in load_kinds().items() if kind.build_part is not None}
        assert set(load_kind_rules()) | of_roots == queries
        assert set(load_kind_rules()) == {file.stem for file in (FOLDER / "kinds").glob("*.py")} - {
            "__init__"
        }

    def test_every_expression_is_rewritten(self) -> None:
        """The expressions of a rule are the attributes that the canonical form rewrites, but for names and options."""
        rewritten = {
            kind: {*item.rewritten, *(item.canonical_query.attributes if item.canonical_query else ())}
            for kind, item in load_kinds().items()
        }
        # values.py rewrites types and defaults.
        rewritten["column"] |= {"type", "default"}
        # partition_bounds.py rewrites the keys of partitioned tables.
        rewritten["table"] |= {"partition_by"}
        expressions = {kind: set(rule.expressions) for kind, rule in load_kind_rules().items()}
        assert {kind: names | SPELLED.get(kind, set()) for kind, names in expressions.items()} == rewritten
