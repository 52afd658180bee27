"""Declared changes of functions: accepted and refused arguments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from schema_dsl import Changes, Function, may
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import build_catalog

OWN = Changes("members", may("insert", rows="own"))


def declare(**options: object) -> Function:
    """Return a function with declared changes."""
    known = {"returns": "void", "security_definer": True, "body": "BEGIN NULL; END", "changes": OWN}
    return Function("join_team", **{**known, **options})  # type: ignore[arg-type]


def test_kept_apart() -> None:
    """The catalog keeps the changes apart from the function, because a database does not store them."""
    catalog = build_catalog([declare()])
    [identity] = catalog.changes
    assert (OWN,) == catalog.changes[identity]
    assert catalog.objects[identity].changes is None


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (lambda: declare(returns="uuid"), "has changes=, but is not SECURITY DEFINER with the result void"),
        (lambda: declare(security_definer=False), "has changes=, but is not SECURITY DEFINER"),
        (lambda: declare(changes=["members"]), "changes cannot contain 'members'"),
        (lambda: Changes("members"), r"Changes\(\) has no permission"),
        (
            lambda: Changes("members", may("select", rows="own")),
            r"Changes\(\): a permission must be may\(\) of insert, update or delete",
        ),
    ],
    ids=["result", "invoker", "no changes", "nothing", "select"],
)
def test_mistakes(declared: Callable[[], object], message: str) -> None:
    """Changes that cannot be tried are an error."""
    with pytest.raises(DefinitionError, match=message):
        declared()
