"""Test the proofs with mutants: every small change of the migration must make a proof fail."""

from __future__ import annotations

from schema_dsl.verify.mutants.equivalents import EQUIVALENTS, Equivalent, find_equivalent
from schema_dsl.verify.mutants.judge import Judgement, Verdict, judge_mutant, judge_mutants
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.mutants.mutate import choose_mutants, generate_mutants
from schema_dsl.verify.mutants.screen import FailedProof

__all__ = [
    "EQUIVALENTS",
    "Equivalent",
    "FailedProof",
    "Judgement",
    "Mutant",
    "Verdict",
    "choose_mutants",
    "find_equivalent",
    "generate_mutants",
    "judge_mutant",
    "judge_mutants",
]
