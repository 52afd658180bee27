"""What is tried with a rollback: there and back, over rows, and against data in each thing that it drops."""

from __future__ import annotations

from schema_dsl.verify.rollback.back import there_and_back
from schema_dsl.verify.rollback.descent import WAYS, Descent, descent
from schema_dsl.verify.rollback.holding import keeps_what_holds_data
from schema_dsl.verify.rollback.losing import loses_only_what_it_may

__all__ = [
    "WAYS",
    "Descent",
    "descent",
    "keeps_what_holds_data",
    "loses_only_what_it_may",
    "there_and_back",
]
