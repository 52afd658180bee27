"""Each mutant put to the proofs, until one of them notices."""

from __future__ import annotations

import queue
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager

import attrs
import psycopg

from schema_dsl.errors import SchemaDslError
from schema_dsl.verify.mutants.equivalents import Equivalent, equivalent
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.mutants.screen import FailedProof, Screen, screen
from schema_dsl.verify.proof import Proof, Status
from schema_dsl.verify.scratch import Scratch

MutantProgress = Callable[[str], None]

AT_ONCE = 2
_TELL_EVERY = 20


@attrs.frozen
class Verdict:
    """What became of a mutant: the proofs that noticed, the first of them first, or why none could."""

    mutant: Mutant
    noticed: tuple[FailedProof, ...] = ()
    equivalent: Equivalent | None = None

    @property
    def survived(self) -> bool:
        """Say whether nobody noticed, although somebody should have."""
        return not self.noticed and self.equivalent is None


@attrs.frozen
class Judgement:
    """What became of all of them, in the order of the text."""

    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Say whether none survived."""
        return not self.survivors

    @property
    def survivors(self) -> tuple[Verdict, ...]:
        """Give those that nobody noticed."""
        return tuple(each for each in self.verdicts if each.survived)

    @property
    def equivalents(self) -> Mapping[Equivalent, int]:
        """Count the named equivalents."""
        return Counter(each.equivalent for each in self.verdicts if each.equivalent is not None)

    @property
    def killed(self) -> Mapping[str, int]:
        """Count, by the proof that noticed first."""
        return Counter(each.noticed[0].proof for each in self.verdicts if each.noticed)

    @property
    def summary(self) -> str:
        """Say it in a line."""
        killed = self.killed
        by = ", ".join(f"{proof} {count}" for proof, count in sorted(killed.items(), key=lambda one: -one[1]))
        return (
            f"{len(self.verdicts)} mutants: {sum(killed.values())} killed{f' ({by})' if by else ''}, "
            f"{sum(self.equivalents.values())} named equivalents, {len(self.survivors)} survivors"
        )


def judge(
    scratch: Scratch, mutant: Mutant, proofs: Sequence[Proof], *, every: bool = False
) -> list[FailedProof]:
    """Put a mutant to proofs, in their order, until one notices, or to every one of them."""
    found = []
    for proof in proofs:
        noticed = _noticed(scratch, mutant, proof)
        if noticed is not None:
            found.append(noticed)
            if not every:
                break
    return found


def _noticed(scratch: Scratch, mutant: Mutant, proof: Proof) -> FailedProof | None:
    with scratch.variant(script=mutant.script) as variant:
        try:
            outcome = proof.run(variant)
        except (SchemaDslError, psycopg.Error) as error:
            return FailedProof(proof.name, str(error).strip())
    return FailedProof(proof.name, outcome.failures[0]) if outcome.status is Status.FAILED else None


def judge_all(
    scratch: Scratch,
    mutants: Sequence[Mutant],
    proofs: Sequence[Proof],
    *,
    every: bool = False,
    tell: MutantProgress = lambda _: None,
) -> Judgement:
    """Put mutants to the proofs, some at a time; `tell` is told how far it got.

    Args:
        scratch: Of the undamaged migration, for which the proofs hold.
        mutants: From `mutants_of`.
        proofs: The cheapest first.
        every: Whether every proof is to be asked, even if one has noticed: thorough, and slow.
        tell: Gets a line now and then.
    """
    verdicts: dict[str, Verdict] = {}
    known = {proof.name for proof in proofs}
    with _screens(scratch, AT_ONCE if not every else 0) as screens, _workers() as pool:

        def settle(mutant: Mutant) -> Verdict:
            named = equivalent(mutant, scratch.subject)
            if named is not None:
                return Verdict(mutant, equivalent=named)
            with _lent(screens) as lent:
                first = lent.look(mutant.script) if lent is not None else None
            if first is not None and first.proof in known:
                return Verdict(mutant, (first,))
            return Verdict(mutant, tuple(judge(scratch, mutant, proofs, every=every)))

        for future in as_completed([pool.submit(settle, mutant) for mutant in mutants]):
            verdict = future.result()
            verdicts[verdict.mutant.identity] = verdict
            if len(verdicts) % _TELL_EVERY == 0:
                survived = sum(each.survived for each in verdicts.values())
                tell(f"mutants: {len(verdicts)} of {len(mutants)}, {survived} survived")
    return Judgement(tuple(verdicts[mutant.identity] for mutant in mutants))


@contextmanager
def _workers() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield pool
    finally:
        # On Ctrl-C those that have not begun are dropped.
        pool.shutdown(cancel_futures=True)


@contextmanager
def _screens(scratch: Scratch, count: int) -> Iterator[queue.SimpleQueue[Screen]]:
    """Give as many screens as work at a time; none where they can say nothing."""
    made: queue.SimpleQueue[Screen] = queue.SimpleQueue()
    with ExitStack() as stack:
        declared = None
        for _ in range(count):
            one = stack.enter_context(screen(scratch, declared))
            if one is not None:
                declared = one.declared
                made.put(one)
        yield made


@contextmanager
def _lent(screens: queue.SimpleQueue[Screen]) -> Iterator[Screen | None]:
    try:
        one = screens.get_nowait()
    except queue.Empty:
        yield None
        return
    try:
        yield one
    finally:
        screens.put(one)
