"""Name a migration by its changes, such as `add_onboarding_tips` or `add_locale_to_user_profiles`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from schema_dsl.plan import Difference
    from schema_dsl.plan.rename import Rename

_MAX_LENGTH: Final = 60
_MAX_NAMES: Final = 2
_FALLBACK: Final = "change_schema"
_PREPOSITIONS: Final = {"add": "to", "drop": "from", "change": "of"}


def name_changes(changes: Iterable[Difference], renames: Sequence[Rename] = ()) -> str:
    """Return a name for the migration that makes the given changes, with the characters that names of files allow.

    A new or dropped table stands for its parts, and a column for the constraints and indexes that come with it: of the
    changes of one relation only those of the lowest rank count, or those of the relation itself. A rename counts if
    nothing else changes: the names of constraints follow by themselves.
    """
    changes = list(changes)
    if not changes:
        candidates = [_name_rename(rename) for rename in renames[:1]]
        return _choose_short(candidates)
    by_relation = {
        relation: _find_main(list(group))
        for relation, group in groupby(
            sorted(changes, key=lambda change: change.identity.relation),
            key=lambda change: change.identity.relation,
        )
    }
    if len(by_relation) == 1:
        (main,) = by_relation.values()
        candidates = [_name_parts(main), _name_relations([main])]
    else:
        groups = list(by_relation.values())
        candidates = [_name_relations(groups), _name_relations(groups, lists_names=False)]
    return _choose_short(candidates)


def _choose_short(candidates: Iterable[str]) -> str:
    return next((name for name in candidates if name and len(name) <= _MAX_LENGTH), _FALLBACK)


def _name_rename(rename: Rename) -> str:
    old, new = _clean(rename.before.name), _clean(rename.after.name)
    return f"rename_{old}_to_{new}" if old and new else ""


def _find_main(changes: Sequence[Difference]) -> Sequence[Difference]:
    from schema_dsl.plan.rule import load_kind_rules  # noqa: PLC0415 - only a due migration needs it

    roots = [change for change in changes if change.identity.parent is None]
    if roots:
        return roots
    rules = load_kind_rules()
    lowest = min(rules[change.identity.kind].rank for change in changes)
    return [change for change in changes if rules[change.identity.kind].rank == lowest]


def _name_parts(changes: Sequence[Difference]) -> str:
    """Name the changes of one relation by its parts; "" if it is about the whole relation, or too many parts."""
    root = changes[0].identity.root
    if changes[0].identity == root:
        return ""
    verb, table = _choose_verb(changes), _clean(root.name)
    names = [_clean(change.identity.name) for change in changes]
    if not table or not all(names) or len(names) > _MAX_NAMES:
        return ""
    listed = "_and_".join(names)
    # The default name of a constraint or an index begins with the table.
    is_complete = all(name == table or name.startswith(f"{table}_") for name in names)
    return f"{verb}_{listed}" if is_complete else f"{verb}_{listed}_{_PREPOSITIONS[verb]}_{table}"


def _name_relations(groups: Sequence[Sequence[Difference]], *, lists_names: bool = True) -> str:
    """Name changes by their relations, or by their number."""
    from schema_dsl.model.table import Table  # noqa: PLC0415 - only a due migration needs it

    changes = [change for group in groups for change in group]
    verb = _choose_verb(changes) if all(change.identity.parent is None for change in changes) else "change"
    names = [_clean(group[0].identity.relation[1]) for group in groups]
    if len(names) > _MAX_NAMES or not lists_names:
        are_tables = {change.identity.root.kind for change in changes} == {Table.kind}
        return f"{verb}_{len(names)}_{'tables' if are_tables else 'objects'}"
    if not all(names):
        return ""
    return f"{verb}_{'_and_'.join(names)}"


def _choose_verb(changes: Sequence[Difference]) -> str:
    if all(change.before is None for change in changes):
        return "add"
    return "drop" if all(change.after is None for change in changes) else "change"


def _clean(name: str) -> str:
    return re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")
