"""The rule of owners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import RELATION_KINDS, Identity
from schema_dsl.model.grant import PUBLIC_ROLE
from schema_dsl.model.privilege import Privilege
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.kinds.privilege import RULE as PRIVILEGE_RULE
from schema_dsl.plan.kinds.privilege import format_grant_target
from schema_dsl.plan.names import quote_role
from schema_dsl.plan.rule import Alter, Creation, Ignored, KindRule, Object, WeakeningRule, load_kind_rules
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.weakening import AccessBefore

# After the comments: the role that runs the migration may no longer set them.


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, item in objects:
        build = load_kind_rules()[identity.root.kind].comment_target
        # A test checks that every kind with an owner has a target.
        assert build is not None  # noqa: S101
        hazard = Hazard(identity.relation, "AccessExclusiveLock", "brief")
        hazards = (hazard,) if identity.root.kind in RELATION_KINDS else ()
        values = {
            "target": build(identity.root),
            "owner": quote_role(item.role),
            "grant_target": format_grant_target(identity),
        }
        privileges = list(_list_privileges(identity, creation))
        parts = tuple(PRIVILEGE_RULE.create(privileges, creation)) if privileges else ()
        yield Step(identity, "owner/create", values, hazards, parts=parts)


def _list_privileges(identity: Identity, creation: Creation) -> Iterable[Object]:
    """Yield the privileges that roles get in the statement that creates an object.

    The role that runs the migration owns the object until then, and ALTER ... OWNER TO gives its privileges to the new
    owner. Only the server knows that role.
    """
    if not creation.new or creation.after is None:
        return
    for part in creation.after.parts(identity.root):
        declared = creation.after.objects[part]
        if part.kind == Privilege.kind and declared.name != PUBLIC_ROLE:
            yield part, declared


def _alter(wanted: Object, _: Any) -> Iterable[Step]:
    return _create([wanted], Creation(wanted[0].relation, new=False))


def _drop(_: Object) -> Iterable[Step]:
    """Build nothing: every object has an owner, and without a declaration it keeps the one it has."""
    return ()


def _find_weakening(change: Difference, access: AccessBefore) -> Iterable[str]:
    """Yield a sentence about an owner with full access, or whose rights a view or routine uses for clients."""
    if change.after is None:
        return
    weakening = load_kind_rules()[change.identity.root.kind].weakening
    decides = None if weakening is None else weakening.decides
    if change.after.role not in access.trusted:
        yield f"{quote_role(change.after.role)} becomes the owner"
    elif change.before is not None and decides is not None and decides(change.identity.root, access):
        before, after = (quote_role(owner.role) for owner in (change.before, change.after))
        yield f"it uses the rights of its owner, {after} instead of {before}"


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
