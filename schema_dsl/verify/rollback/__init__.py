"""Try a rollback: round trips, data loss, and the data-loss guard of every dropped object."""

from __future__ import annotations

from schema_dsl.verify.rollback.data_loss import try_data_loss
from schema_dsl.verify.rollback.guards import try_data_guards
from schema_dsl.verify.rollback.round_trip import try_round_trip
from schema_dsl.verify.rollback.script import APPLY_MODES, RollbackScript, load_rollback_script
from schema_dsl.verify.rollback.trial import TrialResult

__all__ = [
    "APPLY_MODES",
    "RollbackScript",
    "TrialResult",
    "load_rollback_script",
    "try_data_guards",
    "try_data_loss",
    "try_round_trip",
]
