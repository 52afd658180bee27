"""What rules about types claim, seen on a server."""

from __future__ import annotations

import attrs
import psycopg
import pytest
from asked import hits, of_group
from locking import look
from shown import Example, each, shows

from schema_dsl.lint.rules import rules
from schema_dsl.postgres import Connection

MOOD = "CREATE TYPE public.mood AS ENUM ('sad', 'happy');"
DOMAIN = "CREATE DOMAIN public.positive AS integer;"
COUNTS = "CREATE TABLE public.counts (n public.positive, m int);"
ORDERS = "CREATE TABLE public.orders (id bigint);"
LOCKED = "SELECT 'ShareLock' IN (SELECT mode FROM pg_locks WHERE relation = 'public.counts'::regclass)"
LAST = "INSERT INTO public.orders DEFAULT VALUES"


def one(connection: Connection, query: str) -> object:
    """Give the one value that a query finds."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


@attrs.frozen
class Refused(Example):
    """What cannot be done with what an example makes: the last of `asks`, with which SQLSTATE."""

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
    """What types do."""

    @shows(*REFUSED)
    def test_refused(self, tried: Connection, example: Refused) -> None:
        """Postgres refuses what comes last."""
        *earlier, last = example.asks
        tried.execute(example.text.encode())
        for ask in earlier:
            tried.execute(ask.encode())
        with pytest.raises(psycopg.Error) as caught:
            tried.execute(last.encode())
        assert example.state == caught.value.sqlstate

    def test_identity_needs_no_sequence(self, tried: Connection) -> None:
        """Who may insert may, where the good example was run."""
        tried.execute(rules()["prefer-identity"].good[0].encode())
        tried.execute("GRANT INSERT ON public.orders TO anon; SET LOCAL ROLE anon")
        assert tried.execute(LAST.encode()).rowcount == 1

    @shows(*each("ban-char-field"))
    def test_padded(self, tried: Connection, example: Example) -> None:
        """A comparison ignores blanks, LIKE does not, and there are more bytes than characters."""
        if "ADD COLUMN" in example.text:
            tried.execute(ORDERS.encode())
        tried.execute(f"{example.text} INSERT INTO public.orders VALUES (1, '');".encode())
        (name,) = {"currency", "flag"} & {
            each.name for each in tried.execute("TABLE public.orders").description or ()
        }
        found = f"{name} = '' AND NOT {name} LIKE '' AND octet_length({name}) > length({name})"
        assert one(tried, f"SELECT {found} FROM public.orders") is True

    @shows(*each("prefer-timestamp-tz"))
    def test_loses_the_instant(self, tried: Connection, example: Example) -> None:
        """What was now in one zone is hours ago in another."""
        tried.execute(f"{example.text} SET LOCAL timezone = 'Asia/Tokyo';".encode())
        tried.execute("INSERT INTO public.orders VALUES (1, now()); SET LOCAL timezone = 'UTC'")
        assert one(tried, "SELECT placed_at - now() > interval '8 hours' FROM public.orders") is True

    @shows(*each("column-order-padding"))
    def test_order_saves_room(self, tried: Connection, example: Example) -> None:
        """The same columns take less in the better order, by what is said."""
        sizes = []
        for text in (example.text, rules()[example.rule].good[example.number]):
            tried.execute(f"DROP TABLE IF EXISTS public.orders; {text}".encode())
            tried.execute(
                "INSERT INTO public.orders (id, paid, sent, placed_at) VALUES (1, true, true, now())"
            )
            sizes.append(one(tried, "SELECT (pg_column_size(o.*) + 7) / 8 * 8 FROM public.orders o"))
        (hit,) = hits(example.text, example.rule)
        assert hit.message.startswith(f"{int(str(sizes[0])) - int(str(sizes[1]))} bytes")

    @shows(*each("adding-domain-constraint"))
    def test_domain_locks_tables(self, tried: Connection, example: Example) -> None:
        """The table that uses the domain is read, and locked against writes."""
        tried.execute((DOMAIN + COUNTS).encode())
        assert look(tried, example.text)["counts"].scans == 1
        assert one(tried, LOCKED) is True

    @shows(*each("domain-with-constraint"))
    def test_domain_is_changed_everywhere(self, tried: Connection, example: Example) -> None:
        """So it is when what a domain allows is changed."""
        tried.execute((example.text + COUNTS).encode())
        assert look(tried, "ALTER DOMAIN public.positive ADD CHECK (VALUE < 100);")["counts"].scans == 1
        assert one(tried, LOCKED) is True

    def test_domain_not_null_is_not_sure(self, tried: Connection) -> None:
        """An outer join gives NULL of a domain that is NOT NULL."""
        tried.execute((DOMAIN + COUNTS + rules()["adding-domain-constraint"].bad[1]).encode())
        assert one(tried, "SELECT c.n IS NULL FROM (SELECT 1) a LEFT JOIN public.counts c ON true") is True

    @shows(*each("require-enum-value-ordering"))
    def test_value_comes_last(self, tried: Connection, example: Example) -> None:
        """Without a place, a value is greater than all others."""
        tried.execute((MOOD + example.text).encode())
        query = "SELECT enumlabel FROM pg_enum WHERE enumtypid = 'public.mood'::regtype ORDER BY enumsortorder DESC"
        assert one(tried, query) == "calm"

    @shows(*each("ban-reg-columns"))
    def test_dangles(self, tried: Connection, example: Example) -> None:
        """What is kept is a number, which another function or schema of the same name does not have."""
        tried.execute(
            f"CREATE FUNCTION public.f() RETURNS int RETURN 1; CREATE SCHEMA s; {example.text}".encode()
        )
        kind = "regproc" if "regproc" in example.text else "regnamespace[]"
        value = {"regproc": "public.f", "regnamespace[]": "{s}"}[kind]
        tried.execute(f"INSERT INTO public.orders VALUES (1, '{value}')".encode())
        tried.execute("DROP FUNCTION public.f; DROP SCHEMA s")
        tried.execute("CREATE FUNCTION public.f() RETURNS int RETURN 1; CREATE SCHEMA s")
        query = f"SELECT (o).* FROM (SELECT orders AS o FROM public.orders) x WHERE NOT (o)::text LIKE '%{value}%'"
        assert tried.execute(query.encode()).rowcount == 1


# What an example needs besides, by words in it.
BEFORE = {"TYPE public.mood": MOOD, "ALTER DOMAIN": DOMAIN, "ALTER TABLE public.orders": ORDERS}


@pytest.mark.parametrize("text", [text for rule in of_group("types") for text in rule.good])
def test_good(tried: Connection, text: str) -> None:
    """Postgres takes every good example, where what it is about is there."""
    for word, before in BEFORE.items():
        if word in text and before.split(" (")[0].split(" AS")[0] not in text:
            tried.execute(before.encode())
    tried.execute(text.encode())
