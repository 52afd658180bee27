"""Prove on a real Postgres server that a migration produces the declared state."""

from __future__ import annotations

from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.proof import Outcome, Proof, Status
from schema_dsl.verify.proofs import list_proofs
from schema_dsl.verify.run import MutantMode, ProofResult, Report, ServerReport, verify
from schema_dsl.verify.scripts.host import write_superuser_statements
from schema_dsl.verify.scripts.script_name import ScriptName
from schema_dsl.verify.subject import Subject

__all__ = [
    "MutantMode",
    "Outcome",
    "Proof",
    "ProofResult",
    "Report",
    "Scratch",
    "ScriptName",
    "ServerReport",
    "Status",
    "Subject",
    "list_proofs",
    "verify",
    "write_superuser_statements",
]
