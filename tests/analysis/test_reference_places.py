"""The places of references in the text, for any spelling of names."""

from __future__ import annotations

import pytest
from found_references import SCHEMA, list_identities
from hypothesis import given
from hypothesis import strategies as st
from reference_cases import CASES, SEARCH_PATH, Case

from schema_dsl.analysis.references import references


class TestPlaces:
    """The place of a reference, and its spelling."""

    def test_all_cases(self) -> None:
        """The written name is in the text at the position of the reference."""
        wrong = [
            (str(case), reference)
            for case in CASES
            for reference in case.list_references(SCHEMA)
            if not case.sql.startswith(reference.written, reference.position)
        ]
        assert [] == wrong

    @pytest.mark.parametrize(
        ("sql", "expected"),
        [
            ("SELECT 'é', o.note FROM app.orders o", "12 o.note; 24 app.orders"),
            ("SELECT * FROM public.orders", "7 *; 14 public.orders"),
            ("SELECT app.double(3)", "7 app.double"),
            ("SELECT 'x'::app.mood", "12 app.mood"),
            ("SELECT 'x' COLLATE app.bytes", "19 app.bytes"),
            ("SELECT 'x' === 'y'", "11 ==="),
            ("SELECT 'x' OPERATOR(app.===) 'y'", "11 OPERATOR(app.===)"),
            ("SELECT nextval('app.numbers')", "15 'app.numbers'"),
            ("SELECT (home).city FROM customers", "8 home; 14 city; 24 customers"),
            ('SELECT 1 FROM "Odd.Schema"."Vi.ew"', '14 "Odd.Schema"."Vi.ew"'),
            (
                "SELECT 1 FROM orders o JOIN items i USING (note, quantity)",
                "14 orders; 28 items; 43 note; 49 quantity",
            ),
        ],
    )
    def test_places(self, sql: str, expected: str) -> None:
        """Each written name has its offset in characters."""
        found = references(sql, SCHEMA, search_path=SEARCH_PATH)
        places = dict.fromkeys(
            (reference.position, reference.written) for reference in found if reference.written
        )
        assert expected == "; ".join(f"{position} {written}" for position, written in sorted(places))

    def test_in_a_body(self) -> None:
        """A place in a body is an offset in the whole statement, also after doubled quotes."""
        sql = "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS ' SELECT ''é'' || note FROM app.items '"
        (found,) = (r for r in references(sql, SCHEMA) if r.kind == "column")
        assert (sql.index("note"), "note") == (found.position, found.written)


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
QUERIES = [case for case in CASES if case.kind == "view"]
CONDITIONS = [case for case in CASES if case.kind in {"check", "policy"}]


def quote(name: str) -> str:
    """Quote a name."""
    return '"' + name.replace('"', '""') + '"'


class TestProperties:
    """Changes of the text that keep its references."""

    @given(st.sampled_from(CONDITIONS), st.integers(1, 4), st.sampled_from(["", " ", "/* é ( */", "-- '\n"]))
    def test_parentheses(self, case: Case, depth: int, blank: str) -> None:
        """Parentheses and comments do not change the references, and move their places."""
        before = f"({blank}" * depth
        found = references(
            f"{before}{case.sql}{')' * depth}", SCHEMA, relation=case.relation, search_path=SEARCH_PATH
        )
        plain = case.list_references(SCHEMA)
        assert [(r.identity, r.written) for r in plain] == [(r.identity, r.written) for r in found]
        assert [r.position + len(before) for r in plain] == [r.position for r in found]

    @given(st.sampled_from(QUERIES), NAMES)
    def test_aliased_queries(self, case: Case, alias: str) -> None:
        """A query as a sub-select or a WITH query has the same references."""
        name = quote(alias)
        for template in ("SELECT {1}.* FROM ({0}) AS {1}", "WITH {1} AS ({0}) SELECT * FROM {1}"):
            found = references(template.format(case.sql, name), SCHEMA, search_path=SEARCH_PATH)
            assert list_identities(case.list_references(SCHEMA)) == list_identities(found)

    @given(NAMES, st.lists(NAMES, min_size=3, max_size=3, unique=True))
    def test_aliased_relations(self, alias: str, columns: list[str]) -> None:
        """The aliases of a relation and of its columns do not change the references."""
        plain = references(
            "SELECT p.id, amount FROM public.orders p WHERE p IS NOT NULL AND note = 'x'", SCHEMA
        )
        row, (identifier, note, amount) = quote(alias), map(quote, columns)
        found = references(
            f"SELECT {row}.{identifier}, {row}.{amount} FROM public.orders AS {row} ({identifier}, {note}, {amount}) "
            f"WHERE ({row}.*) IS NOT NULL AND {row}.{note} = 'x'",
            SCHEMA,
        )
        assert list_identities(plain) == list_identities(found)
        assert [] == [reference for reference in found if reference.identity is None]
