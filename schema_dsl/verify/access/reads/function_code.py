"""The code of functions: which others a function may call, and which functions can decide on any access."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from schema_dsl.verify.reruns.statements import list_words

# A function of which more than policies, rules, defaults, triggers and functions depends can decide anywhere: it may be
# that of an operator, a domain or an aggregate.
FUNCTIONS: Final = """
    SELECT p.proname::text, concat_ws(' ', p.prosrc, pg_catalog.pg_get_function_sqlbody(p.oid),
            pg_catalog.pg_get_function_arguments(p.oid)),
        concat_ws(' ', p.oid::regprocedure, p.proowner::regrole, p.proacl, p.prosecdef, p.proconfig),
        EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            LEFT JOIN pg_catalog.pg_proc AS o ON d.classid = 'pg_catalog.pg_proc'::regclass AND o.oid = d.objid
            WHERE d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = p.oid
                AND d.classid <> ALL ('{pg_policy,pg_rewrite,pg_attrdef,pg_trigger}'::regclass[])
                AND (o.oid IS NULL OR o.prokind = 'a')
        )
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE p.oid >= 16384 AND n.nspname !~ '^pg_temp_'
"""


@attrs.frozen(eq=False)
class FunctionCode:
    """The code of functions.

    Attributes:
        bodies: The bodies and arguments of all functions of a name, by the name in lower case.
    """

    bodies: Mapping[str, str]

    def follow(self, text: str) -> frozenset[str] | None:
        """Return the words of a body, and of the functions that it may call; None if it builds its statements."""
        words: set[str] = set()
        pending = [text]
        while pending:
            new = list_words(pending.pop()) - words
            words |= new
            if "execute" in new:
                return None
            pending += [self.bodies[word] for word in new if word in self.bodies]
        return frozenset(words)


def read_functions(rows: Iterable[tuple[Any, ...]]) -> tuple[FunctionCode, str, dict[str, str]]:
    """Return the code of functions, the digest of those that can decide anywhere, and the digests of the others.

    Args:
        rows: The name, code and other properties of each function, and whether it can decide anywhere.
    """
    entries: dict[str, list[tuple[str, str]]] = {}
    anywhere: set[str] = set()
    for written, code, properties, is_decisive in rows:
        name = written.lower()
        entries.setdefault(name, []).append((properties, code))
        if is_decisive:
            anywhere.add(name)
    functions = FunctionCode({name: " ".join(code for _, code in found) for name, found in entries.items()})
    for name in list(anywhere):
        words = functions.follow(functions.bodies[name])
        anywhere |= entries.keys() if words is None else words & entries.keys()
    digests = {
        name: hashlib.sha256(repr(sorted(found)).encode()).hexdigest() for name, found in entries.items()
    }
    decisive = hashlib.sha256("".join(digests.pop(name) for name in sorted(anywhere)).encode()).hexdigest()
    return functions, decisive, digests
