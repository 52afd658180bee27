"""The effects of ALTER TABLE, and of ALTER VIEW, INDEX, SEQUENCE and TYPE with the same commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from schema_dsl.analysis.effects.data import is_cascade
from schema_dsl.analysis.effects.effect import Command, Effect, Verb
from schema_dsl.analysis.effects.names import object_kind, of_range_var, part_of
from schema_dsl.analysis.effects.registry import derives
from schema_dsl.analysis.effects.tables import derive_column, derive_constraint
from schema_dsl.analysis.identity import RELATION_KINDS, Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.analysis.trees import enumeration, node_definition
from schema_dsl.parsing import Node


class _Form(NamedTuple):
    """What a command does: to a part of the relation of this kind, or to the relation itself."""

    verb: Verb = "alter"
    kind: str = ""
    lock: LockMode = LockMode.ACCESS_EXCLUSIVE
    scans: bool = False
    rewrites: bool = False
    clause: str = ""


_REWRITE: Final = _Form(rewrites=True)
_WEAK: Final = _Form(lock=LockMode.SHARE_UPDATE_EXCLUSIVE)
_TRIGGER: Final = _Form(kind="trigger", lock=LockMode.SHARE_ROW_EXCLUSIVE)
# The parts that belong to a column, and are named by it.
_OF_COLUMNS: Final = frozenset({"default", "not_null", "identity", "expression"})
# The commands that are not ACCESS EXCLUSIVE alterations of the whole relation.
_FORMS: Final = {
    "AT_DropColumn": _Form("drop", "column", clause="IF EXISTS"),
    "AT_AlterColumnType": _Form("alter", "column", rewrites=True),
    "AT_AlterColumnGenericOptions": _Form("alter", "column"),
    "AT_SetStorage": _Form("alter", "column"),
    "AT_SetCompression": _Form("alter", "column"),
    "AT_SetStatistics": _WEAK._replace(kind="column"),
    "AT_SetOptions": _WEAK._replace(kind="column"),
    "AT_ResetOptions": _WEAK._replace(kind="column"),
    "AT_SetNotNull": _Form("create", "not_null", scans=True),
    "AT_DropNotNull": _Form("drop", "not_null"),
    "AT_AddIdentity": _Form("create", "identity"),
    "AT_SetIdentity": _Form("alter", "identity"),
    "AT_DropIdentity": _Form("drop", "identity", clause="IF EXISTS"),
    "AT_SetExpression": _Form("alter", "expression", rewrites=True),
    "AT_DropExpression": _Form("drop", "expression", clause="IF EXISTS"),
    "AT_AlterConstraint": _Form("alter", "constraint"),
    "AT_ValidateConstraint": _Form("validate", "constraint", LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True),
    "AT_DropConstraint": _Form("drop", "constraint", clause="IF EXISTS"),
    "AT_ClusterOn": _WEAK,
    "AT_DropCluster": _WEAK,
    "AT_SetRelOptions": _WEAK,
    "AT_ResetRelOptions": _WEAK,
    "AT_SetLogged": _REWRITE,
    "AT_SetUnLogged": _REWRITE,
    "AT_SetAccessMethod": _REWRITE,
    "AT_SetTableSpace": _REWRITE,
    "AT_EnableTrig": _TRIGGER,
    "AT_EnableAlwaysTrig": _TRIGGER,
    "AT_EnableReplicaTrig": _TRIGGER,
    "AT_EnableTrigAll": _TRIGGER,
    "AT_EnableTrigUser": _TRIGGER,
    "AT_DisableTrig": _TRIGGER,
    "AT_DisableTrigAll": _TRIGGER,
    "AT_DisableTrigUser": _TRIGGER,
    "AT_EnableRule": _Form("alter", "rule"),
    "AT_EnableAlwaysRule": _Form("alter", "rule"),
    "AT_EnableReplicaRule": _Form("alter", "rule"),
    "AT_DisableRule": _Form("alter", "rule"),
}
