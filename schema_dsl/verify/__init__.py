"""Proof that a migration does what was declared: by doing it, on a real Postgres."""

from __future__ import annotations

from schema_dsl.verify.proof import Outcome, Proof, Status
from schema_dsl.verify.proofs import proofs
from schema_dsl.verify.run import Mutants, Report, Result, ServerReport, verify
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.subject import Subject

__all__ = [
    "Mutants",
    "Outcome",
    "Proof",
    "Report",
    "Result",
    "Scratch",
    "ServerReport",
    "Status",
    "Subject",
    "proofs",
    "verify",
]
