"""Claims of rules about types, checked on a server."""

from __future__ import annotations

import attrs
import psycopg
import pytest
from bad_examples import Example, all_bad_examples, parametrize_examples
from rule_hits import find_hits, rules_of_group
from table_locks import observe_script

from schema_dsl.lint.rules import rules_by_name
from schema_dsl.postgres import Connection

MOOD = "CREATE TYPE public.mood AS ENUM ('sad', 'happy');"
DOMAIN = "CREATE DOMAIN public.positive AS integer;"
COUNTS = "CREATE TABLE public.counts (n public.positive, m int);"
ORDERS = "CREATE TABLE public.orders (id bigint);"
LOCKED = "SELECT 'ShareLock' IN (SELECT mode FROM pg_locks WHERE relation = 'public.counts'::regclass)"
LAST = "INSERT INTO public.orders DEFAULT VALUES"


def fetch_value(connection: Connection, query: str) -> object:
    """Return the single value that a query selects."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


@attrs.frozen
class Refused(Example):
    """Statements after an example, of which the last fails.

    Attributes:
        asks: The statements.
        state: The SQLSTATE of the last statement.
    """

    asks: tuple[str, ...]
    state: str


REFUSED = [
    Refused(
        "avoid-enum-columns",
        0,
        ("ALTER TYPE public.mood ADD VALUE 'calm'", "ALTER TYPE public.mood DROP VALUE 'calm'"),
        "0A000",
    ),
    Refused(
        "prefer-bigint-over-int",
        0,
        ("ALTER TABLE public.orders ALTER id RESTART 2147483647", LAST, LAST),
        "2200H",
    ),
    Refused(
        "prefer-bigint-over-int", 1, ("INSERT INTO public.orders VALUES (2147483647 + 1::bigint)",), "22003"
    ),
    Refused(
        "prefer-bigint-over-int",
        2,
        ("ALTER TABLE public.orders ALTER number RESTART 32767", "INSERT INTO public.orders VALUES (1), (2)"),
        "2200H",
    ),
    Refused("prefer-jsonb", 0, ("SELECT DISTINCT details FROM public.orders",), "42883"),
    Refused("prefer-snake-case", 0, ("SELECT placedAt FROM public.orders",), "42703"),
    Refused(
        "prefer-text-field",
        0,
        (
            "CREATE VIEW public.states AS SELECT state FROM public.orders",
            "ALTER TABLE public.orders ALTER state TYPE varchar(30)",
        ),
        "0A000",
    ),
    Refused(
        "prefer-identity",
        0,
        ("GRANT INSERT ON public.orders TO anon", "SET LOCAL ROLE anon", LAST),
        "42501",
    ),
]


class TestTypes:
    """Effects of column types."""

    @parametrize_examples(*REFUSED)
    def test_refused(self, transaction: Connection, example: Refused) -> None:
        """Postgres refuses the last statement."""
        *earlier, last = example.asks
        transaction.execute(example.text.encode())
        for ask in earlier:
            transaction.execute(ask.encode())
        with pytest.raises(psycopg.Error) as caught:
            transaction.execute(last.encode())
        assert example.state == caught.value.sqlstate

    def test_identity_needs_no_sequence(self, transaction: Connection) -> None:
        """With an identity column, INSERT needs no privilege on the sequence."""
        transaction.execute(rules_by_name()["prefer-identity"].good[0].encode())
        transaction.execute("GRANT INSERT ON public.orders TO anon; SET LOCAL ROLE anon")
        assert transaction.execute(LAST.encode()).rowcount == 1

    @parametrize_examples(*all_bad_examples("ban-char-field"))
    def test_padded(self, transaction: Connection, example: Example) -> None:
        """A comparison ignores blanks, LIKE does not, and the value has more bytes than characters."""
        if "ADD COLUMN" in example.text:
            transaction.execute(ORDERS.encode())
        transaction.execute(f"{example.text} INSERT INTO public.orders VALUES (1, '');".encode())
        (name,) = {"currency", "flag"} & {
            each.name for each in transaction.execute("TABLE public.orders").description or ()
        }
        found = f"{name} = '' AND NOT {name} LIKE '' AND octet_length({name}) > length({name})"
        assert fetch_value(transaction, f"SELECT {found} FROM public.orders") is True

    @parametrize_examples(*all_bad_examples("prefer-timestamp-tz"))
    def test_loses_the_instant(self, transaction: Connection, example: Example) -> None:
        """A timestamp that is written in one time zone is hours off in another."""
        transaction.execute(f"{example.text} SET LOCAL timezone = 'Asia/Tokyo';".encode())
        transaction.execute("INSERT INTO public.orders VALUES (1, now()); SET LOCAL timezone = 'UTC'")
        assert (
            fetch_value(transaction, "SELECT placed_at - now() > interval '8 hours' FROM public.orders")
            is True
        )

    @parametrize_examples(*all_bad_examples("column-order-padding"))
    def test_order_saves_space(self, transaction: Connection, example: Example) -> None:
        """The better column order saves the number of bytes in the message."""
        sizes = []
        for text in (example.text, rules_by_name()[example.rule].good[example.number]):
            transaction.execute(f"DROP TABLE IF EXISTS public.orders; {text}".encode())
            transaction.execute(
                "INSERT INTO public.orders (id, paid, sent, placed_at) VALUES (1, true, true, now())"
            )
            sizes.append(
                fetch_value(transaction, "SELECT (pg_column_size(o.*) + 7) / 8 * 8 FROM public.orders o")
            )
        (hit,) = find_hits(example.text, example.rule)
        assert hit.message.startswith(f"{int(str(sizes[0])) - int(str(sizes[1]))} bytes")

    @parametrize_examples(*all_bad_examples("adding-domain-constraint"))
    def test_domain_locks_tables(self, transaction: Connection, example: Example) -> None:
        """ALTER DOMAIN scans a table that uses the domain and blocks writes to it."""
        transaction.execute((DOMAIN + COUNTS).encode())
        assert observe_script(transaction, example.text)["counts"].scans == 1
        assert fetch_value(transaction, LOCKED) is True

    @parametrize_examples(*all_bad_examples("domain-with-constraint"))
    def test_domain_change_scans_tables(self, transaction: Connection, example: Example) -> None:
        """A new constraint of a domain scans and locks the tables that use the domain."""
        transaction.execute((example.text + COUNTS).encode())
        assert (
            observe_script(transaction, "ALTER DOMAIN public.positive ADD CHECK (VALUE < 100);")[
                "counts"
            ].scans
            == 1
        )
        assert fetch_value(transaction, LOCKED) is True

    def test_domain_not_null_is_not_reliable(self, transaction: Connection) -> None:
        """An outer join returns NULL for a domain with NOT NULL."""
        transaction.execute((DOMAIN + COUNTS + rules_by_name()["adding-domain-constraint"].bad[1]).encode())
        assert (
            fetch_value(transaction, "SELECT c.n IS NULL FROM (SELECT 1) a LEFT JOIN public.counts c ON true")
            is True
        )

    @parametrize_examples(*all_bad_examples("require-enum-value-ordering"))
    def test_value_comes_last(self, transaction: Connection, example: Example) -> None:
        """ADD VALUE without BEFORE or AFTER adds the greatest value."""
        transaction.execute((MOOD + example.text).encode())
        query = "SELECT enumlabel FROM pg_enum WHERE enumtypid = 'public.mood'::regtype ORDER BY enumsortorder DESC"
        assert fetch_value(transaction, query) == "calm"

    @parametrize_examples(*all_bad_examples("ban-reg-columns"))
    def test_dangling_oid(self, transaction: Connection, example: Example) -> None:
        """Postgres stores an OID, which a recreated function or schema does not have."""
        transaction.execute(
            f"CREATE FUNCTION public.f() RETURNS int RETURN 1; CREATE SCHEMA s; {example.text}".encode()
        )
        kind = "regproc" if "regproc" in example.text else "regnamespace[]"
        value = {"regproc": "public.f", "regnamespace[]": "{s}"}[kind]
        transaction.execute(f"INSERT INTO public.orders VALUES (1, '{value}')".encode())
        transaction.execute("DROP FUNCTION public.f; DROP SCHEMA s")
        transaction.execute("CREATE FUNCTION public.f() RETURNS int RETURN 1; CREATE SCHEMA s")
        query = f"SELECT (o).* FROM (SELECT orders AS o FROM public.orders) x WHERE NOT (o)::text LIKE '%{value}%'"
        assert transaction.execute(query.encode()).rowcount == 1


# Scripts to run before good examples, by words in them.
BEFORE = {"TYPE public.mood": MOOD, "ALTER DOMAIN": DOMAIN, "ALTER TABLE public.orders": ORDERS}


@pytest.mark.parametrize("text", [text for rule in rules_of_group("types") for text in rule.good])
def test_good(transaction: Connection, text: str) -> None:
    """Postgres accepts every good example if the required objects exist."""
    for word, before in BEFORE.items():
        if word in text and before.split(" (")[0].split(" AS")[0] not in text:
            transaction.execute(before.encode())
    transaction.execute(text.encode())
