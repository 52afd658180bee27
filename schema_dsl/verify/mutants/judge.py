"""Run proofs on mutants until a proof fails."""

from __future__ import annotations

import queue
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import attrs
import psycopg

from schema_dsl.errors import SchemaDslError
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.mutants.equivalents import Equivalent, find_equivalent
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.mutants.screen import FailedProof, Screen, open_screen
from schema_dsl.verify.pool import open_pool
from schema_dsl.verify.proof import Proof, Sample, Status

MutantProgress = Callable[[str], None]

MAX_CONCURRENT = 2
_PROGRESS_INTERVAL = 20


@attrs.frozen
class Verdict:
    """The verdict on a mutant.

    Attributes:
        mutant: The mutant.
        failed_proofs: The proofs that failed and thereby killed the mutant, in the order of the runs.
        equivalent: The class of equivalent mutants that the mutant belongs to, or None.
    """

    mutant: Mutant
    failed_proofs: tuple[FailedProof, ...] = ()
    equivalent: Equivalent | None = None

    @property
    def survived(self) -> bool:
        """Return whether no proof failed and the mutant is not equivalent."""
        return not self.failed_proofs and self.equivalent is None


@attrs.frozen
class Judgement:
    """The verdicts on mutants.

    Attributes:
        verdicts: The verdicts, in the order of the migration's text.
        sample: The numbers of judged and of all mutants; None if all were judged.
    """

    verdicts: tuple[Verdict, ...]
    sample: Sample | None = None

    @property
    def ok(self) -> bool:
        """Return whether no mutant survived."""
        return not self.survivors

    @property
    def survivors(self) -> tuple[Verdict, ...]:
        """The verdicts on surviving mutants."""
        return tuple(verdict for verdict in self.verdicts if verdict.survived)

    @property
    def equivalents(self) -> Mapping[Equivalent, int]:
        """The number of equivalent mutants in each class."""
        return Counter(verdict.equivalent for verdict in self.verdicts if verdict.equivalent is not None)

    @property
    def killed(self) -> Mapping[str, int]:
        """The number of killed mutants by the first proof that failed."""
        return Counter(verdict.failed_proofs[0].proof for verdict in self.verdicts if verdict.failed_proofs)

    @property
    def summary(self) -> str:
        """The counts in one line."""
        killed = self.killed
        by = ", ".join(f"{proof} {count}" for proof, count in sorted(killed.items(), key=lambda one: -one[1]))
        complete = self.sample is None or self.sample.is_complete
        sampled = "" if complete else f" ({self.sample})"
        return (
            f"{len(self.verdicts)} mutants{sampled}: {sum(killed.values())} killed{f' ({by})' if by else ''}, "
            f"{sum(self.equivalents.values())} equivalent, {len(self.survivors)} survived"
        )


def judge_mutant(
    scratch: Scratch, mutant: Mutant, proofs: Sequence[Proof], *, every: bool = False
) -> list[FailedProof]:
    """Run proofs on a mutant and return the failed proofs, only the first unless `every` is true."""
    failed_proofs = []
    for proof in proofs:
        failed = _try_proof(scratch, mutant, proof)
        if failed is not None:
            failed_proofs.append(failed)
            if not every:
                break
    return failed_proofs


def _try_proof(scratch: Scratch, mutant: Mutant, proof: Proof) -> FailedProof | None:
    with scratch.variant(script=mutant.script) as variant:
        try:
            outcome = proof.run(variant)
        except (SchemaDslError, psycopg.Error) as error:
            return FailedProof(proof.name, str(error).strip())
    return FailedProof(proof.name, outcome.failures[0]) if outcome.status is Status.FAILED else None


def judge_mutants(
    scratch: Scratch,
    mutants: Sequence[Mutant],
    proofs: Sequence[Proof],
    *,
    every: bool = False,
    on_progress: MutantProgress = lambda _: None,
) -> Judgement:
    """Run proofs on mutants, several mutants at a time.

    Args:
        scratch: The databases of the original migration, for which all proofs hold.
        mutants: The mutants from `choose_mutants`.
        proofs: The proofs, the fastest first.
        every: Whether to run every proof on every mutant, which is slow, or to stop at the first failed proof.
        on_progress: Receives a line after every few mutants.
    """
    verdicts: dict[str, Verdict] = {}
    known = {proof.name for proof in proofs}
    workers = scratch.limit_concurrency(MAX_CONCURRENT)
    with (
        _open_screens(scratch, workers if not every else 0) as screens,
        open_pool(scratch.server, workers) as pool,
    ):

        def settle(mutant: Mutant) -> Verdict:
            equivalent = find_equivalent(mutant, scratch.subject)
            if equivalent is not None:
                return Verdict(mutant, equivalent=equivalent)
            with _borrow(screens) as screen:
                failed = screen.try_script(mutant.script) if screen is not None else None
            if failed is not None and failed.proof in known:
                return Verdict(mutant, (failed,))
            return Verdict(mutant, tuple(judge_mutant(scratch, mutant, proofs, every=every)))

        tasks = {mutant.identity: partial(settle, mutant) for mutant in mutants}
        for identity, verdict in pool.run(tasks):
            verdicts[identity] = verdict
            if len(verdicts) % _PROGRESS_INTERVAL == 0:
                survived = sum(verdict.survived for verdict in verdicts.values())
                on_progress(f"mutants: {len(verdicts)} of {len(mutants)}, {survived} survived")
    return Judgement(tuple(verdicts[mutant.identity] for mutant in mutants))


@contextmanager
def _open_screens(scratch: Scratch, count: int) -> Iterator[queue.SimpleQueue[Screen]]:
    """Yield a queue of screens, one for each concurrent mutant, or an empty queue if screening is not possible."""
    screens: queue.SimpleQueue[Screen] = queue.SimpleQueue()
    with ExitStack() as stack:
        declared = None
        for _ in range(count):
            screen = stack.enter_context(open_screen(scratch, declared))
            if screen is not None:
                declared = screen.declared
                screens.put(screen)
        yield screens


@contextmanager
def _borrow(screens: queue.SimpleQueue[Screen]) -> Iterator[Screen | None]:
    try:
        screen = screens.get_nowait()
    except queue.Empty:
        yield None
        return
    try:
        yield screen
    finally:
        screens.put(screen)
