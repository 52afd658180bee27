"""No secret of a connection string is ever shown."""

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


def shown_of(dsn: str) -> str:
    """Everything that is shown of a connection string, from its spec to the error when nobody answers."""
    named = provider(dsn)
    with pytest.raises(PostgresError) as caught, named.start():
        pass
    shown = "".join(traceback.format_exception(caught.value))
    return f"{named!r} {named.spec} {describe_dsn(dsn)} {shown}"


class TestNothingIsShown:
    """A connection string with a password in it."""

    @given(PASSWORDS)
    def test_uri(self, password: str) -> None:
        """Percent-encoded in a URI."""
        assert MARK not in shown_of(f"postgresql://me:{quote(password, safe='')}@127.0.0.1:1/db")

    @given(PASSWORDS)
    def test_query(self, password: str) -> None:
        """In the query of a URI."""
        assert MARK not in shown_of(f"postgres://me@127.0.0.1:1/db?password={quote(password, safe='')}")

    @given(PASSWORDS)
    def test_conninfo(self, password: str) -> None:
        """Quoted among keywords."""
        assert MARK not in shown_of(make_conninfo("host=127.0.0.1 port=1 user=me", password=password))

    @given(PASSWORDS)
    def test_unescaped(self, password: str) -> None:
        """Put into a URI as it is, where a part of it is read as a host, a port or a database."""
        assert MARK not in shown_of(f"postgresql://me:{password}@127.0.0.1:1/db")

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
        """What libpq would take for another part is refused before anything is tried, and not shown."""
        assert HIDDEN == describe_dsn(dsn)
        with pytest.raises(PostgresError, match="cannot be read") as caught:
            parse_dsn(dsn)
        assert MARK not in str(caught.value)

    def test_mistyped(self) -> None:
        """A connection string that is not even recognised as one."""
        with pytest.raises(PostgresError) as caught:
            provider(f"postgress://me:{MARK}@host/db")
        assert MARK not in str(caught.value)


class TestWhatIsShown:
    """The parts that help."""

    def test_parts(self) -> None:
        """User, host, port and database are shown, in this order, and nothing else."""
        dsn = "postgresql://me:secret@example.org:5433/db?sslmode=require&sslpassword=more"
        assert "user=me host=example.org port=5433 dbname=db" == describe_dsn(dsn)

    def test_refused(self) -> None:
        """An error says where it tried to connect."""
        with (
            pytest.raises(PostgresError, match=r"user=me host=127.0.0.1 port=1 dbname=db: ") as caught,
            provider("postgresql://me:secret@127.0.0.1:1/db").start(),
        ):
            pass
        assert "secret" not in str(caught.value)


class TestRedact:
    """Texts made by others."""

    @given(PASSWORDS, TEXT, TEXT)
    def test_forms(self, password: str, before: str, after: str) -> None:
        """A secret is hidden in each of the forms that it may have."""
        escaped = password.replace("\\", "\\\\").replace("'", "\\'")
        for form in (password, quote(password, safe=""), quote_plus(password), escaped, repr(password)[1:-1]):
            assert MARK not in redact(f"{before}{form}{after}", [password])

    def test_rest(self) -> None:
        """What is no secret stays."""
        assert "password *** is wrong" == redact("password s%40 is wrong", ["s@"])
        assert "as it is" == redact("as it is", [])


class TestIsDsn:
    """Telling connection strings from folders."""

    @pytest.mark.parametrize("spec", ["postgres://h", "postgresql:///", "host=h user=me", " dbname = x"])
    def test_yes(self, spec: str) -> None:
        """Both forms of libpq."""
        assert is_dsn(spec)

    @pytest.mark.parametrize("spec", ["embedded", "/usr/lib/postgresql/15/bin", "./a=b/bin", "container:x"])
    def test_no(self, spec: str) -> None:
        """Anything else."""
        assert not is_dsn(spec)
