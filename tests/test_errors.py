"""Errors, and the escaping of their texts."""

from __future__ import annotations

import pytest

from schema_dsl.errors import SchemaDslError, escape_output


class TestEscapeOutput:
    """Texts that a server or a name brings into a report."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("plain text,\n\twith lines: a::b", "plain text,\n\twith lines: a::b"),
            ("::error::planted", r"\::error::planted"),
            ("first\n  ::set-output name=x::y", "first\n  \\::set-output name=x::y"),
            ("##[error]planted", r"\##[error]planted"),
            ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
            ("line\rother", r"line\rother"),
            ("right\u202eleft", r"right\u202eleft"),
            ("Größe 表", "Größe 表"),
        ],
    )
    def test_text(self, text: str, expected: str) -> None:
        """Control characters and the first characters of CI commands are escaped; other text stays."""
        assert escape_output(text) == expected

    def test_error(self) -> None:
        """The text of an error is escaped in all of its parts."""
        error = SchemaDslError("a\n::error::b", where="f\x07:1", instead="c\x1b")
        assert str(error) == "f\\x07:1: a\n\\::error::b\n  c\\x1b"
