"""The locks that a statement takes on existing tables, and whether it scans or rewrites them meanwhile."""

from __future__ import annotations

from typing import NamedTuple

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import effects
from schema_dsl.analysis.effects.names import LOCKED_KINDS
from schema_dsl.analysis.locks import LockMode
from schema_dsl.lint.facts.alter_commands import AlterCommand, find_alter_commands
from schema_dsl.lint.facts.cache import cached_for_step
from schema_dsl.lint.facts.rewrites import (
    find_rewrite_reason,
    find_scan_reason,
    is_known_not_null,
    rewrites_table,
)
from schema_dsl.lint.history.replay import HistoryStep

# The kinds of statements whose locks the rules are about. CREATE OR REPLACE VIEW also locks the view for a moment, and
# comments, statistics and publications block only changes of the schema.
LOCKING_KINDS = split_words(
    "alter_table_stmt index_stmt drop_stmt rename_stmt alter_object_schema_stmt create_trig_stmt create_policy_stmt "
    "alter_policy_stmt rule_stmt create_stmt truncate_stmt cluster_stmt vacuum_stmt reindex_stmt refresh_mat_view_stmt "
    "lock_stmt"
)


_WEAKEST = LockMode.SHARE_UPDATE_EXCLUSIVE


class Lock(NamedTuple):
    """A lock on a table."""

    schema: str
    name: str
    mode: LockMode

    @property
    def display_name(self) -> str:
        """The name of the table, for messages."""
        return self.name if self.schema in {"", "public"} else f"{self.schema}.{self.name}"


@cached_for_step
def list_locks(step: HistoryStep) -> tuple[Lock, ...]:
    """Return the strongest lock of a statement on each existing table, without locks of readers and writers of rows.

    CREATE TABLE locks the tables that it references only while it writes a few catalog rows; these locks are left
    out. The locks on the tables from which it inherits are returned.
    """
    if step.kind == "create_stmt" and not step.tree.inh_relations:
        return ()
    modes: dict[tuple[str, str], LockMode] = {}
    for effect in effects(step.statement):
        mode = effect.lock
        if mode is None or mode < _WEAKEST or (effect.verb == "reference" and effect.command is None):
            continue
        table, kind = effect.locked, effect.identity.root.kind
        if kind == "index":
            index, table = table, find_table_of_index(step, table)
            is_absent = table == index
        elif kind not in LOCKED_KINDS or kind == "sequence":
            continue
        else:
            is_absent = (
                effect.verb == "drop"
                and effect.identity.parent is None
                and step.schema.find_relation(*table) is None
            )
        if not (effect.guarded and is_absent):
            modes[table] = max(mode, modes.get(table, mode))
    return tuple(Lock(*table, mode) for table, mode in modes.items())


def find_table_of_index(step: HistoryStep, name_parts: tuple[str, str]) -> tuple[str, str]:
    """Return the table of an index; the name of the index if its table is unknown."""
    index = step.schema.find_index(*name_parts)
    return name_parts if index is None else index.relation


def scans_or_rewrites_table(step: HistoryStep) -> bool:
    """Return whether a statement scans or rewrites an existing table."""
    if step.kind == "alter_table_stmt":
        return any(takes_long(alteration) for alteration in find_alter_commands(step))
    return any(effect.scans or effect.rewrites for effect in effects(step.statement))


def takes_long(alteration: AlterCommand, *, in_one_pass: bool = False) -> bool:
    """Return whether a command scans or rewrites the table, or does so in the pass that all commands share."""
    schema, effect = alteration.step.schema, alteration.effects[0]
    if alteration.kind == "AT_SetNotNull":
        return not is_known_not_null(schema, effect.locked, alteration.command.name)
    if alteration.kind == "AT_AlterColumnType":
        # If the old type is unknown, most types differ from it in the stored bytes.
        rewrites = rewrites_table(schema, effect) is not False
        return rewrites or (not in_one_pass and bool(find_scan_reason(schema, effect)))
    if alteration.kind == "AT_AddColumn" and find_rewrite_reason(schema, effect.node):
        return True
    if in_one_pass:
        return effect.identity.kind == "check" and effect.scans
    rewrites = alteration.kind != "AT_AddColumn" and effect.rewrites
    return rewrites or any(part.scans for part in alteration.effects)
