"""What is tried with a rollback: there and back, over rows, and against data in each thing that it drops."""

from __future__ import annotations

from schema_dsl.verify.rollback.data_loss import try_data_loss
from schema_dsl.verify.rollback.guards import try_data_guards
from schema_dsl.verify.rollback.round_trip import try_round_trip
from schema_dsl.verify.rollback.script import WAYS, RollbackScript, rollback_script

__all__ = [
    "WAYS",
    "RollbackScript",
    "rollback_script",
    "try_data_guards",
    "try_data_loss",
    "try_round_trip",
]
