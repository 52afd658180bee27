"""A text that is parsed by its shape has the trees that it has if it is parsed by itself."""

from __future__ import annotations

from typing import Any

import pytest

from schema_dsl.lint.second_reader.elements import read_facts
from schema_dsl.lint.second_reader.shapes import build_shape, parse_by_shape
from schema_dsl.lint.second_reader.trees import Tree

EXPRESSIONS = """\
a_1 > 5 AND b_2 < 10.5 OR c_3 = .5 OR d_4 = 1e6 OR e_5 = 007
a_1 IN ('new_1', 'paid', '') AND b_2 IN (1, 22, 333)
a_1 = ANY (ARRAY['new_1', 'paid'])
a_1 -> 'b_2' ->> 'c_3' = 'd_4'
a_1 -> 0 ->> 12 = 'd_4'
a_1 #>> '{b_2,c_3}' = 'x'
a_1 @> '{"b_2": 1}'::jsonb
a_1[1] = 2 AND a_1[2:3] = b_2
a_1[5] = 5 AND b_2 = 'b_2' AND a_1 -> 7 = 7
created_at > now() - interval '5 days'
created_at > now() - '5 days'::interval
created_at AT TIME ZONE 'utc' > '2020-01-01'
created_at at time zone zone_1 is not null
to_char(created_at, 'yyyy_mm') = '2020_01'
date_trunc('month', created_at) = created_at
extract(epoch from created_at) > 10
substring(a_1 from 1 for 2) = 'x_1' and position('x_1' in a_1) > 0
lower(a_1) = trim_it(a_1) and jsonb_typeof(b_2) = 'object' and my_schema.my_func(a_1, 10) = 'b_2'
a_1::double precision > 1 and b_2::character varying(20) = 'x_1' and c_3::my_type = 'x_1'
round(a_1, 2) = 10 and a_1 % 10 = 2 and a_1 between 5 and 10
CASE WHEN a_1 > 5 THEN 'x_1' ELSE b_2 END = 'x_1'
EXISTS (SELECT 1 FROM my_schema.my_table AS t_1 WHERE t_1.a_1 = b_2 LIMIT 1 OFFSET 10)
(SELECT auth.uid()) = user_id OR user_id IN (SELECT m_1.user_id FROM public.members_2 AS m_1 WHERE m_1.id = 5)
a_1 LIKE 'a\\_%' ESCAPE '\\' OR a_1 = E'a_1\\n' OR a_1 = 'it''s a_1' OR "Quoted_1" = a_1
a_1 ~ '^[a_1]+$' AND a_1 <> '' -- a_1 1
row_number() OVER (PARTITION BY a_1 ORDER BY b_2) = 1 AND char_length(a_1) <= 40
current_setting('a.b_1', true) = a_1 AND num_nonnulls(a_1, b_2) = 1 AND coalesce(a_1, 5) = 10
""".splitlines()
COLUMNS = """\
a_1 double precision NOT NULL DEFAULT 5
a_1 varchar(40) DEFAULT 'it_1'
a_1 numeric(10, 2) DEFAULT 0.5
a_1 numeric(10,2)[] DEFAULT '{}'
a_1 interval DEFAULT '1 day'
a_1 interval DEFAULT '1 day'::interval
a_1 timestamptz DEFAULT now() + interval '5 days'
a_1 jsonb DEFAULT '{"a_1": 5}'::jsonb -> 'a_1'
a_1 text DEFAULT 'a_1' || 'b''s_1'
a_1 text DEFAULT 'b''s_1'
a_1 public.my_type DEFAULT 'x'::public.my_type
a_1 my_type[] COLLATE my_collation DEFAULT ARRAY['x']::my_type[]
a_1 bigint GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 10 MINVALUE 5 MAXVALUE 500 CYCLE)
a_1 integer GENERATED ALWAYS AS (b_2 * 5) STORED
a_1 bit varying(4)
CONSTRAINT a_1 FOREIGN KEY (b_2, c_3) REFERENCES my_schema.my_table (d_4, b_2) ON DELETE SET NULL
CONSTRAINT a_1 UNIQUE (b_2, c_3) INCLUDE (d_4) WITH (fillfactor = 70, deduplicate_items = off)
CONSTRAINT a_1 PRIMARY KEY (c_3, b_2)
CONSTRAINT a_1 EXCLUDE USING gist (b_2 my_ops WITH =, c_3 WITH &&) WHERE (d_4 > 5)
""".splitlines()
TEXTS = [*COLUMNS, *(f"CONSTRAINT a_1 CHECK ({each}\n)" for each in EXPRESSIONS)]


def parse(text: str) -> Any:
    """Return the keys and the attributes of an element."""
    facts = read_facts(text, ("", "t"))
    return None if facts is None else tuple((fact.key, fact.values) for fact in facts)


def list_trees(result: Any) -> list[Tree]:
    """Return the trees among the attributes."""
    return [value for _, values in result or () for value in values.values() if isinstance(value, Tree)]


class TestParseByShape:
    """Results are the same with and without shapes."""

    @pytest.mark.parametrize("text", TEXTS)
    def test_same_result(self, text: str) -> None:
        """Keys, attributes, columns and the text of trees are those of the text itself."""
        exact, found = parse(text), parse_by_shape(parse)(text)
        assert exact == found
        for tree, other in zip(list_trees(exact), list_trees(found), strict=True):
            assert (tree.list_columns(), str(tree)) == (other.list_columns(), str(other))

    @pytest.mark.parametrize(
        ("text", "other"),
        [
            ("a_1 text DEFAULT 'x_1'", "a_1 text DEFAULT 'x_2'"),
            ("a_1 int DEFAULT 5", "a_1 int DEFAULT 6"),
            ("a_1 varchar(40)", "a_1 varchar(41)"),
            ("CONSTRAINT a_1 CHECK (b_2[1] = 5)", "CONSTRAINT a_1 CHECK (b_2[2] = 5)"),
            ("CONSTRAINT a_1 CHECK (b_2 > b_3)", "CONSTRAINT a_1 CHECK (b_3 > b_2)"),
            ("CONSTRAINT a_1 CHECK (b_2 IN ('x', 'y'))", "CONSTRAINT a_1 CHECK (b_2 IN ('y', 'x'))"),
        ],
    )
    def test_one_shape(self, text: str, other: str) -> None:
        """Two texts of one shape that differ have different results, and the shape is parsed once."""
        parsed: list[str] = []

        def record(text: str) -> Any:
            parsed.append(text)
            return parse(text)

        read = parse_by_shape(record)
        assert build_shape(text)[0] == build_shape(other)[0]
        assert read(text) != read(other)
        assert [parse(text), parse(other)] == [read(text), read(other)]
        assert 1 == len(parsed) or "[" in text
