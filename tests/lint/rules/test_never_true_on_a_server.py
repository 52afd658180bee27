"""Conditions of policies that no row meets, and others that look alike, judged by reading as the role."""

from __future__ import annotations

from api_callers import ANN, set_caller, signed_in

from schema_dsl.lint import Source
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.postgres import Connection

TABLE = """
CREATE TABLE public.n (
    id bigint PRIMARY KEY, u uuid, x text, k int, f boolean, d date, a text[], j jsonb
);
ALTER TABLE public.n ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.n TO authenticated;
"""
# Rows with every combination of the values that the conditions distinguish.
ROWS = f"""
INSERT INTO public.n
SELECT row_number() OVER (), u, x, k, f, d, a, j FROM
    (VALUES ('{ANN}'::uuid), (NULL), (gen_random_uuid())) u (u),
    (VALUES ('a'), ('b'), ('deleted'), (NULL)) x (x), (VALUES (1), (4), (9), (NULL)) k (k),
    (VALUES (true), (false), (NULL)) f (f), (VALUES ('2020-01-01'::date), ('2999-01-01'), (NULL)) d (d),
    (VALUES (ARRAY['a']), ('{{}}'), (NULL)) a (a), (VALUES ('{{"r":"a"}}'::jsonb), (NULL)) j (j);
"""
NEVER_TRUE = """
NULL
NULL::boolean
CAST(NULL AS boolean)
'off'::boolean
false AND f
f AND false
x = NULL
x <> NULL
NULL = x
x IN (NULL)
x NOT IN (NULL, 'a')
x NOT IN ('a', NULL, 'b')
x = ANY (NULL)
x = ANY (NULL::text[])
x <> ALL (ARRAY[NULL, 'a'])
x = ANY ('{}')
x IN (SELECT 'a' WHERE false)
NOT NULL
NOT true
NOT (1 = 1)
1 = 2
1 > 2
'a' = 'b'
x <> x
x < x
x IS DISTINCT FROM x
NOT (x IS NOT DISTINCT FROM x)
x IS NULL AND x IS NOT NULL
x = 'a' AND x = 'b'
x = 'a' AND x <> 'a'
x = 'a' AND x IS NULL
k > 5 AND k < 3
k >= 5 AND k <= 3
k = 1 AND k > 3
k BETWEEN NULL AND 5
f AND NOT f
f = true AND f = false
f IS TRUE AND f IS FALSE
CASE WHEN false THEN true END
CASE WHEN false THEN true ELSE false END
CASE x WHEN NULL THEN true END
coalesce(NULL, false)
coalesce(NULL::boolean, NULL)
nullif(true, true)
EXISTS (SELECT 1 WHERE false)
NOT EXISTS (SELECT 1)
(SELECT NULL::boolean)
(SELECT false)
auth.uid() = NULL
x LIKE NULL
'a' || NULL = x
ROW(x, 1) = ROW(NULL, 1)
ROW(x, 1) = ROW('a', 2)
(x, k) IN ((NULL, NULL))
u = NULL::uuid
j ->> 'r' = NULL
true = false
true <> true
true IS FALSE
false IS TRUE
NULL IS NOT NULL
1 IS NULL
current_date > current_date
now() < now()
current_user = NULL
'a' = ANY ('{}'::text[])
k % 2 = 2 AND false
k + NULL > 1
k = 4 AND k > 4
k = 4 AND 5 = k
j ->> 'r' = 'a' AND j ->> 'r' = 'b'
x IS NULL AND x <> 'a'
(x = 'a' AND k = 1) AND x = 'b'
3 > k AND 5 < k
f AND f IS FALSE
"""
SOMETIMES_TRUE = """
NULL IS NULL
x IS NOT DISTINCT FROM NULL
x IN (NULL, 'a')
(x = NULL) IS NULL
(x = NULL) IS NOT TRUE
coalesce(NULL, true)
coalesce(x = NULL, true)
x = 'a' OR NULL
NULL OR x = 'a'
x = ANY ('{a}')
x = ANY (ARRAY['a', NULL])
NOT (x = 'a')
x <> ALL (ARRAY['a'])
x <> ALL ('{}')
x NOT IN ('a', 'b')
k > 3 AND k < 5
k >= 4 AND k <= 4
k > 3 OR k < 1
k BETWEEN SYMMETRIC 5 AND 3
CASE WHEN f THEN true ELSE NULL END
CASE WHEN x IS NULL THEN true END
nullif(f, false)
NOT EXISTS (SELECT 1 WHERE false)
(SELECT true)
f IS NOT FALSE AND f IS NOT TRUE
x = 'a' AND k = 1
auth.uid() IS NOT NULL
x = x
x IS NOT NULL OR x IS NULL
't'
'yes'::boolean
x = 'a' OR x = 'b'
x = 'a' AND (x = 'b' OR x = 'a')
d > '2024-01-01' AND d < '3000-01-01'
ROW(x, k) = ROW('a', 1)
concat('a', NULL) = x
coalesce(x, 'a') = 'a'
x IS DISTINCT FROM 'a'
j ->> 'r' = 'a'
'a' = ANY (a)
x IS NULL AND k IS NOT NULL
k >= 4 AND k <= 4 AND k <> 5
f AND f IS TRUE
NOT f AND f IS FALSE
x = 'a' AND j ->> 'r' = 'a'
k > 3 AND d > '2000-01-01'
k = 4 AND k >= 4
x <> 'a' AND x <> 'b'
"""


def create_policy(condition: str) -> str:
    """Return the CREATE POLICY of a condition."""
    return f"CREATE POLICY p ON public.n FOR SELECT TO authenticated USING ({condition});"


def has_rows(connection: Connection, condition: str) -> bool:
    """Return whether the caller sees a row; roll back."""
    connection.execute("SAVEPOINT before")
    connection.execute(create_policy(condition).encode())
    set_caller(connection, signed_in(ANN))
    found = connection.execute("SELECT FROM public.n LIMIT 1").rowcount > 0
    connection.execute("ROLLBACK TO before")
    return found


def test_never_true(transaction: Connection) -> None:
    """No row meets exactly the conditions that lint reports as never true."""
    transaction.execute(TABLE)
    transaction.execute(ROWS)
    rule = rules_by_name()["policy-always-false"]
    wrong = []
    for is_never, conditions in ((True, NEVER_TRUE), (False, SOMETIMES_TRUE)):
        for condition in conditions.strip().splitlines():
            source = Source.of(TABLE + create_policy(condition))
            judged = (
                not has_rows(transaction, condition),
                bool(apply_rules([source], HistorySchema(), [rule])),
            )
            if judged != (is_never, is_never):
                wrong.append((condition, judged))
    assert [] == wrong
