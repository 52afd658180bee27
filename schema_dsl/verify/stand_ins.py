"""Name the stand-ins that a history uses, with their limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from schema_dsl.postgres import Connection

_MARK: Final = "stand-in of schema_dsl: "
# An extension or a schema is used where a script names it, or calls one of the functions of the extension.
_STAND_INS: Final = """
    SELECT coalesce(e.extname, n.nspname, p.pubname), d.description,
        ARRAY(
            SELECT DISTINCT f.proname::text FROM pg_catalog.pg_depend AS m
            INNER JOIN pg_catalog.pg_proc AS f ON f.oid = m.objid
            WHERE m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND m.refobjid = e.oid AND m.deptype = 'e'
                AND f.proname <> 'gen_random_uuid'
        )
    FROM pg_catalog.pg_description AS d
    LEFT JOIN pg_catalog.pg_extension AS e
        ON e.oid = d.objoid AND d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    LEFT JOIN pg_catalog.pg_namespace AS n
        ON n.oid = d.objoid AND d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
    LEFT JOIN pg_catalog.pg_publication AS p
        ON p.oid = d.objoid AND d.classoid = 'pg_catalog.pg_publication'::pg_catalog.regclass
    WHERE pg_catalog.starts_with(d.description, %s)
    ORDER BY 1
"""


def list_stand_ins(connection: Connection, scripts: Iterable[str]) -> list[str]:
    """Return a sentence about the nature and the limits of each stand-in that the scripts use.

    Args:
        connection: A session in the database after the scripts.
        scripts: The texts of the baseline and of the migrations.
    """
    words = {word.lower() for text in scripts for word in re.findall(r"[\w-]+", text)}
    return [
        f"{name} is a stand-in: {description.removeprefix(_MARK)}"
        for name, description, functions in connection.execute(_STAND_INS, [_MARK]).fetchall()
        if name in words or not words.isdisjoint(functions)
    ]
