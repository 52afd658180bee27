"""Run proofs on several servers, one server after another, with concurrent proofs on each."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Final, Literal, TypeAlias

import attrs
import psycopg

from schema_dsl.collection import collection_seldom
from schema_dsl.errors import SchemaDslError
from schema_dsl.postgres import provider
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.mutants import Judgement, choose_mutants, judge_mutants
from schema_dsl.verify.pool import open_pool
from schema_dsl.verify.proof import Outcome, Proof, Status
from schema_dsl.verify.rows import MissingError, RowError
from schema_dsl.verify.scripts.lost_session import raise_if_lost, watch_server
from schema_dsl.verify.subject import Subject

# More than a small machine has processors, because a proof waits for its server about half of the time.
_MAX_CONCURRENT: Final = 4

ProgressCallback = Callable[[str], None]

MutantMode: TypeAlias = Literal["first", "every"]
"""A mode of judging mutants: run proofs until the first one fails, or run every proof."""


@attrs.frozen
class ProofResult:
    """The outcome and the duration of one proof on one server."""

    proof: Proof
    outcome: Outcome
    seconds: float


@attrs.frozen
class ServerReport:
    """The results of all proofs on one server."""

    server: str
    results: tuple[ProofResult, ...]
    mutants: Judgement | None = None

    @property
    def ok(self) -> bool:
        """Return whether no proof failed and no mutant survived."""
        return has_no_failure(self.results) and (self.mutants is None or self.mutants.ok)


@attrs.frozen
class Report:
    """The results of all proofs on all servers."""

    servers: tuple[ServerReport, ...]

    @property
    def ok(self) -> bool:
        """Return whether no proof failed and no mutant survived on any server."""
        return all(server.ok for server in self.servers)

    @property
    def all_proven(self) -> bool:
        """Return whether every proof is proven, and no mutant survived on any server."""
        return self.ok and not self.with_status(Status.UNPROVEN)

    def with_status(self, status: Status) -> list[str]:
        """Return the names of the proofs with a status, once for every server."""
        return [
            result.proof.name
            for server in self.servers
            for result in server.results
            if result.outcome.status is status
        ]


def has_no_failure(results: Iterable[ProofResult]) -> bool:
    """Return whether no proof failed."""
    return all(result.outcome.status is not Status.FAILED for result in results)


def verify(
    subject: Subject,
    specs: Iterable[str],
    proofs: Iterable[Proof],
    on_progress: ProgressCallback = lambda _: None,
    mutants: MutantMode | None = None,
) -> Report:
    """Run proofs on each server.

    Args:
        subject: The migration to prove.
        specs: The servers, as in `--postgres`.
        proofs: The proofs to run.
        on_progress: Receives a line when a proof starts or ends.
        mutants: Whether to test the proofs on mutants of the migration, if all proofs hold, and with how many proofs.

    Raises:
        PostgresError: If a server does not start, or the state before the migration cannot be created on it.
        LostSessionError: If a server dies, or ends a session, while the proofs run.
    """
    chosen = tuple(proofs)
    return Report(tuple(_verify_on_server(subject, spec, chosen, on_progress, mutants) for spec in specs))


def _verify_on_server(
    subject: Subject,
    spec: str,
    proofs: tuple[Proof, ...],
    on_progress: ProgressCallback,
    mutants: MutantMode | None,
) -> ServerReport:
    where = provider(spec)
    on_progress(f"starting {where.spec}")
    with where.start() as server, watch_server(server), Scratch(server, subject) as scratch:
        # Create the template before the proofs, so that a failing baseline is one error instead of one per proof.
        scratch.template("before")

        def report_on_server(line: str) -> None:
            on_progress(f"{server.label}: {line}")

        results = run_proofs(scratch, proofs, report_on_server)
        judgement = None
        if mutants is not None and has_no_failure(results):
            cheapest = [result.proof for result in sorted(results, key=lambda result: result.seconds)]
            chosen, sample = choose_mutants(subject.script, subject.seed)
            verdicts = judge_mutants(
                scratch, chosen, cheapest, every=mutants == "every", on_progress=report_on_server
            )
            judgement = attrs.evolve(verdicts, sample=sample)
    return ServerReport(server.label, results, judgement)


@collection_seldom()
def run_proofs(
    scratch: Scratch, proofs: tuple[Proof, ...], on_progress: ProgressCallback = lambda _: None
) -> tuple[ProofResult, ...]:
    """Run proofs concurrently on one server.

    If the migration does not apply, run only the proofs that check whether it applies.
    """
    results: dict[str, ProofResult] = {}
    runnable = proofs
    try:
        scratch.template("after")
    except SchemaDslError as error:
        raise_if_lost(error)
        runnable = tuple(proof for proof in proofs if proof.checks_application)
        reason = "not run: the migration does not apply"
        missing = Outcome(status=Status.UNPROVEN, summary=reason, untried=(reason,))
        results = {proof.name: ProofResult(proof, missing, 0.0) for proof in proofs if proof not in runnable}
    with open_pool(scratch.server, scratch.limit_concurrency(_MAX_CONCURRENT)) as pool:
        # Start the slow proofs first, so that the fast ones run at the same time and not before them.
        tasks = {
            proof.name: partial(_run_timed, proof, scratch)
            for proof in sorted(runnable, key=lambda proof: not proof.slow)
        }
        running = set(tasks)
        for proof in runnable:
            on_progress(f"{proof.name} ...")
        for name, result in pool.run(tasks):
            running.remove(name)
            results[name] = result
            on_progress(
                f"{name}: {result.outcome.status.value} ({result.seconds:.1f} s)"
                f"{_describe_rest(running, len(runnable))}"
            )
    return tuple(results[proof.name] for proof in proofs)


def _describe_rest(running: Collection[str], count: int) -> str:
    """Return how many proofs have ended, and the names of those that have not."""
    return f"; {count - len(running)} of {count}, still {', '.join(sorted(running))}" if running else ""


def _run_on_its_state(proof: Proof, scratch: Scratch) -> Outcome:
    """Run a proof on the state that it is about, and name the hand-written migrations that it does not try."""
    later = scratch.subject.later
    if proof.checks_folder or not later:
        return proof.run(scratch)
    names = ", ".join(migration.label for migration in later)
    if scratch.subject.is_outdated:
        reason = (
            f"{scratch.subject.file} was generated from other definitions, and {names} follow{'s' * (len(later) == 1)}"
            " it: the next generated migration can be tried"
        )
        return Outcome(status=Status.UNPROVEN, summary=f"not run: {reason}", untried=(reason,))
    outcome = proof.run(scratch.without_later())
    return attrs.evolve(
        outcome, notes=(*outcome.notes, f"the proof does not try {names}, which schema-dsl did not generate")
    )


def _run_timed(proof: Proof, scratch: Scratch) -> ProofResult:
    started = time.perf_counter()
    try:
        outcome = _run_on_its_state(proof, scratch)
    except SchemaDslError as error:
        raise_if_lost(error)
        if isinstance(error, RowError) and not isinstance(error, MissingError):
            # A missing fixture row is no fault of the database.
            outcome = Outcome(status=Status.UNPROVEN, summary=f"not run: {error.what}", untried=(str(error),))
        else:
            outcome = Outcome(status=Status.FAILED, summary=error.what, failures=(str(error),))
    except psycopg.Error as error:
        raise_if_lost(error)
        # An error that the proof does not handle means that the database differs from the assumptions of the proof.
        text = f"the proof could not run: {error.diag.message_primary or error}"
        outcome = Outcome(status=Status.FAILED, summary=text, failures=(text,))
    return ProofResult(proof, outcome, time.perf_counter() - started)


__all__ = ["MutantMode", "ProofResult", "Report", "ServerReport", "run_proofs", "verify"]
