"""Parts of conditions that have a name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schema_dsl.importing.condition_parts import list_parts, write_condition
from schema_dsl.importing.python import layout
from schema_dsl.importing.shared import SharedValue
from schema_dsl.sql import Sql

ATOMS = (
    "(SELECT auth.uid()) = person_id",
    "club_id IN (SELECT app.clubs_of_caller())",
    "id NOT IN (SELECT app.ids())",
    "NOT app.is_member(club_id)",
    "note = ') AND ('",
    "note <> '{'",
    "n BETWEEN 1 AND 9",
    "EXISTS (\n    SELECT 1\n    FROM t\n    WHERE app.is_member(club_id) AND id IN (SELECT app.ids())\n)",
)
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds(
        lambda sides, joint, outer: f"({joint.join(sides)})" if outer else joint.join(sides),
        st.lists(inner, min_size=2, max_size=3),
        st.sampled_from([" AND ", " OR ", "\nAND ", "\nOR "]),
        st.booleans(),
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_same_text(condition: str) -> None:
    """The source of a condition with named parts is the condition, except for line breaks at AND and OR."""
    texts = dict.fromkeys(part.text for part in list_parts(condition))
    shared = {text: SharedValue(f"P{place}", "m", text) for place, text in enumerate(texts)}
    names = {value.name: text for text, value in shared.items()}
    found = eval(layout(write_condition(Sql(condition), shared), before=12), names)  # noqa: S307 - the source
    assert " ".join(condition.split()) == " ".join(found.split())


def test_parts() -> None:
    """Function results and conditions that call one function are parts; conditions on other rows are none.

    A comparison precedes the function result in it.
    """
    condition = " AND ".join((*ATOMS, f"({ATOMS[3]} OR {ATOMS[0]})"))
    assert [
        ("(SELECT auth.uid()) = person_id", False),
        ("club_id IN (SELECT app.clubs_of_caller())", False),
        ("(SELECT app.clubs_of_caller())", True),
        ("(SELECT app.ids())", True),
        ("app.is_member(club_id)", False),
        ("(SELECT app.ids())", True),
        ("app.is_member(club_id)", False),
        ("(SELECT auth.uid()) = person_id", False),
    ] == [(part.text, part.is_set) for part in list_parts(condition)]
