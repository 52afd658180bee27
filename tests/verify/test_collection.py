"""The garbage collector runs less often during tasks that create many objects."""

from __future__ import annotations

import gc

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Column, Table, bigint
from schema_dsl.collection import collection_seldom
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status, list_proofs
from schema_dsl.verify.run import run_proofs


def test_threshold_returns() -> None:
    """The collector runs after more new objects than usual, and afterwards as before, also after an error."""
    usual = gc.get_threshold()

    def fail() -> None:
        with collection_seldom():
            first, *others = gc.get_threshold()
            assert first > usual[0]
            assert [*usual[1:]] == others
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert usual == gc.get_threshold()
    assert gc.isenabled()


def test_proofs(server: Server) -> None:
    """The collector runs seldom during the proofs of verify."""
    usual, found = gc.get_threshold(), list[int]()

    def record(_: Scratch) -> Outcome:
        found.append(gc.get_threshold()[0])
        return Outcome(status=Status.PROVEN, summary="")

    proof = attrs.evolve(list_proofs()[0], run=record)
    subject = subject_of(Table("made", columns=[Column("id", bigint)]), platform=platform("vanilla"))
    with Scratch(server, subject) as scratch:
        run_proofs(scratch, (proof,))
    assert [True] == [threshold > usual[0] for threshold in found]
