"""Proofs, run on one server after another and on each several at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Final, Literal, TypeAlias

import attrs
import psycopg

from schema_dsl.errors import SchemaDslError
from schema_dsl.postgres import provider
from schema_dsl.verify.mutants import Judgement, judge_all, mutants_of
from schema_dsl.verify.proof import Outcome, Proof, Status
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.subject import Subject

# More than there are processors: a proof waits for its server about as long as it works.
_AT_ONCE: Final = 4

Tell = Callable[[str], None]

Mutants: TypeAlias = Literal["first", "every"]
"""Whether a mutant is dealt with when the first proof notices, or put to every one of them."""


@attrs.frozen
class Result:
    """What one proof came to on one server, and how long it took."""

    proof: Proof
    outcome: Outcome
    seconds: float


@attrs.frozen
class ServerReport:
    """What was shown on one server."""

    server: str
    results: tuple[Result, ...]
    mutants: Judgement | None = None

    @property
    def ok(self) -> bool:
        """Say whether nothing failed, and no mutant survived."""
        return proven(self.results) and (self.mutants is None or self.mutants.ok)


@attrs.frozen
class Report:
    """What was shown, server by server."""

    servers: tuple[ServerReport, ...]

    @property
    def ok(self) -> bool:
        """Say whether nothing failed anywhere."""
        return all(server.ok for server in self.servers)


def proven(results: Iterable[Result]) -> bool:
    """Say whether nothing failed."""
    return all(result.outcome.status is not Status.FAILED for result in results)


def verify(
    subject: Subject,
    specs: Iterable[str],
    proofs: Iterable[Proof],
    tell: Tell = lambda _: None,
    mutants: Mutants | None = None,
) -> Report:
    """Run proofs on each server; `tell` is given a line whenever something begins or ends.

    With `mutants`, and if the proofs hold, they are then run on damaged copies of the migration.

    Raises:
        PostgresError: If a server cannot be had, or the state before the migration cannot be made on it.
    """
    chosen = tuple(proofs)
    return Report(tuple(_on_server(subject, spec, chosen, tell, mutants) for spec in specs))


def _on_server(
    subject: Subject, spec: str, proofs: tuple[Proof, ...], tell: Tell, mutants: Mutants | None
) -> ServerReport:
    where = provider(spec)
    tell(f"starting {where.spec}")
    with where.start() as server, Scratch(server, subject) as scratch:
        # Made before the proofs, so that a baseline that does not run is one message and not one a proof.
        scratch.template("before")

        def say(line: str) -> None:
            tell(f"{server.label}: {line}")

        results = run_proofs(scratch, proofs, say)
        judgement = None
        if mutants is not None and proven(results):
            cheapest = [each.proof for each in sorted(results, key=lambda each: each.seconds)]
            judgement = judge_all(
                scratch, mutants_of(subject.script), cheapest, every=mutants == "every", tell=say
            )
    return ServerReport(server.label, results, judgement)


def run_proofs(
    scratch: Scratch, proofs: tuple[Proof, ...], tell: Tell = lambda _: None
) -> tuple[Result, ...]:
    """Run proofs on one server, some at a time.

    If the migration itself cannot be applied, only those that show whether it can are run.
    """
    results: dict[str, Result] = {}
    askable = proofs
    try:
        scratch.template("after")
    except SchemaDslError:
        askable = tuple(proof for proof in proofs if proof.shows_application)
        missing = Outcome(status=Status.UNPROVEN, summary="not tried: the migration does not apply")
        results = {proof.name: Result(proof, missing, 0.0) for proof in proofs if proof not in askable}
    with _workers() as pool:
        # The slow ones first; the others then run beside them instead of before them.
        running: dict[Future[Result], Proof] = {
            pool.submit(_timed, proof, scratch): proof
            for proof in sorted(askable, key=lambda proof: not proof.slow)
        }
        for proof in askable:
            tell(f"{proof.name} ...")
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                proof = running.pop(future)
                result = future.result()
                results[proof.name] = result
                tell(f"{proof.name}: {result.outcome.status.value} ({result.seconds:.1f} s)")
    return tuple(results[proof.name] for proof in proofs)


@contextmanager
def _workers() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(max_workers=_AT_ONCE)
    try:
        yield pool
    finally:
        # On Ctrl-C the proofs that have not begun are dropped.
        pool.shutdown(cancel_futures=True)


def _timed(proof: Proof, scratch: Scratch) -> Result:
    started = time.perf_counter()
    try:
        found = proof.run(scratch)
    except SchemaDslError as error:
        found = Outcome(status=Status.FAILED, summary=error.what, failures=(str(error),))
    except psycopg.Error as error:
        # Nothing that was expected: the database is not what this proof takes it for.
        text = f"cannot be shown: {error.diag.message_primary or error}"
        found = Outcome(status=Status.FAILED, summary=text, failures=(text,))
    return Result(proof, found, time.perf_counter() - started)


__all__ = ["Mutants", "Report", "Result", "ServerReport", "run_proofs", "verify"]
