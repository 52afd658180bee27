"""Small damages to a migration, to see that the proofs notice each: a proof that notices nothing proves nothing."""

from __future__ import annotations

from schema_dsl.verify.mutants.equivalents import EQUIVALENTS, Equivalent, equivalent
from schema_dsl.verify.mutants.judge import Judgement, Verdict, judge, judge_all
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.mutants.mutate import mutants_of
from schema_dsl.verify.mutants.screen import FailedProof

__all__ = [
    "EQUIVALENTS",
    "Equivalent",
    "FailedProof",
    "Judgement",
    "Mutant",
    "Verdict",
    "equivalent",
    "judge",
    "judge_all",
    "mutants_of",
]
