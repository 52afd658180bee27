"""Tests that no output contains a secret of a connection string."""

from __future__ import annotations

import traceback
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import provider
from schema_dsl.postgres.redact import HIDDEN, describe_dsn, is_dsn, parse_dsn, redact

MARK = "Zq9xW3mark"
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
PASSWORDS = st.builds("{}{}{}".format, TEXT, st.just(MARK), TEXT)


def all_output(dsn: str) -> str:
    """Return everything that is printed of a connection string, from the spec to the error of the connection."""
    dsn_provider = provider(dsn)
    with pytest.raises(PostgresError) as caught, dsn_provider.start():
        pass
    error = "".join(traceback.format_exception(caught.value))
    return f"{dsn_provider!r} {dsn_provider.spec} {describe_dsn(dsn)} {error}"


class TestNoSecretInOutput:
    """A connection string with a password."""

    @given(PASSWORDS)
    def test_uri(self, password: str) -> None:
        """The password is percent-encoded in a URI."""
        assert MARK not in all_output(f"postgresql://me:{quote(password, safe='')}@127.0.0.1:1/db")

    @given(PASSWORDS)
    def test_query(self, password: str) -> None:
        """The password is in the query of a URI."""
        assert MARK not in all_output(f"postgres://me@127.0.0.1:1/db?password={quote(password, safe='')}")

    @given(PASSWORDS)
    def test_conninfo(self, password: str) -> None:
        """The password is a quoted value of a keyword."""
        assert MARK not in all_output(make_conninfo("host=127.0.0.1 port=1 user=me", password=password))

    @given(PASSWORDS)
    def test_unescaped(self, password: str) -> None:
        """The password is not encoded in a URI, so that libpq parses a part of it as host, port or database."""
        assert MARK not in all_output(f"postgresql://me:{password}@127.0.0.1:1/db")

    @pytest.mark.parametrize(
        "dsn",
        [
            f"postgresql://me:a@{MARK}@host/db",
            f"postgresql://me:a/{MARK}@host/db",
            f"postgresql://me:1/{MARK}@host/db",
            f"postgresql://me:{MARK}/x@host/db",
            f"postgresql://me:%zz{MARK}@host/db",
            f"host=h password=a {MARK}",
            f"host=h dbname=postgresql://me:{MARK}@host/db",
        ],
    )
    def test_misread(self, dsn: str) -> None:
        """A string that libpq would parse wrongly is refused and not printed."""
        assert HIDDEN == describe_dsn(dsn)
        with pytest.raises(PostgresError, match="cannot be parsed") as caught:
            parse_dsn(dsn)
        assert MARK not in str(caught.value)

    def test_mistyped(self) -> None:
        """A mistyped connection string, which is not recognised as one, is not printed."""
        with pytest.raises(PostgresError) as caught:
            provider(f"postgress://me:{MARK}@host/db")
        assert MARK not in str(caught.value)


class TestPublicParameters:
    """The parameters that are printed."""

    def test_parts(self) -> None:
        """Only user, host, port and database are printed, in this order."""
        dsn = "postgresql://me:secret@example.org:5433/db?sslmode=require&sslpassword=more"
        assert "user=me host=example.org port=5433 dbname=db" == describe_dsn(dsn)

    def test_refused(self) -> None:
        """The error of a failed connection has the address."""
        with (
            pytest.raises(PostgresError, match=r"user=me host=127.0.0.1 port=1 dbname=db: ") as caught,
            provider("postgresql://me:secret@127.0.0.1:1/db").start(),
        ):
            pass
        assert "secret" not in str(caught.value)


class TestRedact:
    """Messages of other programs."""

    @given(PASSWORDS, TEXT, TEXT)
    def test_forms(self, password: str, before: str, after: str) -> None:
        """A secret is hidden in every encoded and escaped form."""
        escaped = password.replace("\\", "\\\\").replace("'", "\\'")
        for form in (password, quote(password, safe=""), quote_plus(password), escaped, repr(password)[1:-1]):
            assert MARK not in redact(f"{before}{form}{after}", [password])

    def test_rest(self) -> None:
        """Text that is no secret stays."""
        assert "password *** is wrong" == redact("password s%40 is wrong", ["s@"])
        assert "as it is" == redact("as it is", [])


class TestIsDsn:
    """The distinction between connection strings and other texts."""

    @pytest.mark.parametrize("spec", ["postgres://h", "postgresql:///", "host=h user=me", " dbname = x"])
    def test_yes(self, spec: str) -> None:
        """Both forms of libpq are connection strings."""
        assert is_dsn(spec)

    @pytest.mark.parametrize("spec", ["embedded", "/usr/lib/postgresql/15/bin", "./a=b/bin", "container:x"])
    def test_no(self, spec: str) -> None:
        """Other texts are not connection strings."""
        assert not is_dsn(spec)
