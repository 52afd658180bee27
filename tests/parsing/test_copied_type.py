"""The types that a declaration of PL/pgSQL copies."""

from __future__ import annotations

import pytest

from schema_dsl.parsing.copied_type import CopiedType, read_copied_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("notes%ROWTYPE", CopiedType(("notes",), is_row=True, is_array=False)),
        (
            'public."No.tes".Title %type',
            CopiedType(("public", "No.tes", "title"), is_row=False, is_array=False),
        ),
        ("v /* % */ % -- type\n TYPE", CopiedType(("v",), is_row=False, is_array=False)),
        ("t.a%TYPE[]", CopiedType(("t", "a"), is_row=False, is_array=True)),
        ("t.a%TYPE ARRAY[3]", CopiedType(("t", "a"), is_row=False, is_array=True)),
    ],
)
def test_copied(text: str, expected: CopiedType) -> None:
    """The names and what is copied are read, whatever the spelling and the comments."""
    assert expected == read_copied_type(text)


@pytest.mark.parametrize("text", ["integer", "text /* a%TYPE */", "%TYPE", "a%types", "a%TYPE b", '"a%TYPE"'])
def test_written(text: str) -> None:
    """A type that is written out is not copied."""
    assert read_copied_type(text) is None
