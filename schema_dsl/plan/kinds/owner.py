"""The rule of owners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import RELATION_KINDS
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.names import quote_role
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object, WeakeningRule, load_kind_rules
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.weakening import AccessBefore

# After the comments: the role that runs the migration may no longer set them.


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, item in objects:
        build = load_kind_rules()[identity.root.kind].comment_target
        # A test checks that every kind with an owner has a target.
        assert build is not None  # noqa: S101
        hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief")
        hazards = (hazard,) if identity.root.kind in RELATION_KINDS else ()
        values = {"target": build(identity.root), "owner": quote_role(item.role)}
        yield Step(identity, "owner/create", values, hazards)


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    return _create([wanted], Creation(wanted[0].relation, new=False))


def _drop(_: Object) -> Iterable[Step]:
    """Build nothing: every object has an owner, and without a declaration it keeps the one it has."""
    return ()


def _find_weakening(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence about a client role that becomes the owner, which may do everything with the object."""
    if change.after is not None and change.after.role not in access.trusted:
        yield f"{quote_role(change.after.role)} becomes the owner"


RULE = KindRule(
    kind="owner",
    rank=95,
    create=_create,
    drop=_drop,
    weakening=WeakeningRule("new-owner", _find_weakening),
    attributes={
        "role": Alter(_alter),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
