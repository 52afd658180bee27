"""Every planted fault is noticed by its proof, and every proof notices a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, TypeAlias

import app_faults
import engagement_faults
import pytest
import team_faults
import view_faults
from planted_fault import PROOFS, Fault, after, prove, remove_planted_roles
from schemas import SCHEMAS

from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.run import run_proofs

GetScratch: TypeAlias = Callable[[str], Scratch]

FAULTS: Final = [
    *engagement_faults.list_faults(),
    *team_faults.list_faults(),
    *app_faults.list_faults(),
    *view_faults.list_faults(),
]
# The percentage of the faults that a run without -m plants.
_PART: Final = 4

# Statements that change nothing that a proof is about: the schema, the statement and the reason.
EQUIVALENTS: Final = {
    "engagement: the same comment": (
        "engagement",
        "COMMENT ON COLUMN public.user_engagement_states.user_id IS 'User with this state.';",
        "the comment is as declared",
    ),
    "engagement: statistics": (
        "engagement",
        "ANALYZE public.user_profiles;",
        "statistics are no part of a schema",
    ),
    "engagement: a privilege twice": (
        "engagement",
        "GRANT SELECT ON public.user_engagement_states TO authenticated;",
        "the role holds the privilege already",
    ),
    "teams: the same condition": (
        "teams",
        (
            "ALTER POLICY own ON public.members USING (public.tenant() = tenant_id);"
            " ALTER POLICY own ON public.members USING (tenant_id = public.tenant());"
        ),
        "the policy is as declared in the end, and allows the same rows in between",
    ),
    "app: a missing trigger": (
        "app",
        "DROP TRIGGER IF EXISTS nothing ON public.secrets;",
        "the trigger does not exist",
    ),
}


def _mark(fault: Fault) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, *([pytest.mark.part] if fault.share < _PART else [])]


ALONE: Final = {fault.proof: fault for fault in FAULTS if fault.is_alone}


@pytest.fixture(scope="session")
def get_scratch(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GetScratch]:
    """Return a function that returns the scratch databases of a schema without faults."""
    opened: dict[str, Scratch] = {}
    with ExitStack() as stack:

        def get(name: str) -> Scratch:
            if name not in opened:
                subject = SCHEMAS[name](tmp_path_factory.mktemp(name))
                opened[name] = stack.enter_context(Scratch(server, subject))
            return opened[name]

        yield get


@pytest.fixture(autouse=True)
def clean_roles(server: Server) -> Iterator[None]:
    """Undo changes of roles, which belong to the whole cluster."""
    yield
    remove_planted_roles(server)


class TestFaults:
    """The faults on four schemas."""

    def test_there_are_many(self) -> None:
        """There are more than 200 faults with different names, for all ten proofs and all four schemas."""
        assert len(FAULTS) == len({fault.identity for fault in FAULTS})
        assert len(FAULTS) > 300
        assert set(SCHEMAS) == {fault.schema for fault in FAULTS}
        counts = Counter(fault.proof for fault in FAULTS)
        assert set(PROOFS) == set(counts)
        assert min(counts.values()) >= 7

    @pytest.mark.parametrize(
        "fault", [pytest.param(each, id=each.identity, marks=_mark(each)) for each in FAULTS]
    )
    def test_noticed(self, get_scratch: GetScratch, fault: Fault) -> None:
        """The proof that is about the fault fails, and says what is wrong."""
        scratch = get_scratch(fault.schema)
        if scratch.server.version < 10_000 * fault.since:
            pytest.skip(f"{fault.name} exists since PostgreSQL {fault.since}")
        found = prove(scratch, fault, fault.proof)[fault.proof]
        assert (Status.FAILED, True) == (
            found.status,
            any(fault.says in failure for failure in found.failures),
        ), (found.status, found.failures, found.untried)


@pytest.mark.full
class TestSound:
    """Schemas without a fault."""

    @pytest.mark.parametrize("schema", SCHEMAS)
    def test_no_proof_fails(self, get_scratch: GetScratch, schema: str) -> None:
        """All proofs of a schema without faults are proven."""
        results = run_proofs(get_scratch(schema), tuple(PROOFS.values()))
        assert {} == {
            result.proof.name: (result.outcome.failures, result.outcome.untried)
            for result in results
            if result.outcome.status is not Status.PROVEN
        }

    @pytest.mark.parametrize("name", EQUIVALENTS)
    def test_equivalent(self, get_scratch: GetScratch, name: str) -> None:
        """A statement without an effect is no failure of the proofs about objects, rows and access."""
        schema, statements, _ = EQUIVALENTS[name]
        fault = Fault(name=name, schema=schema, proof="matches", plant=after(statements))
        for proof, outcome in prove(get_scratch(schema), fault, "matches", "access").items():
            assert () == tuple(outcome.failures), proof


class TestNoProofIsIdle:
    """A proof that is switched off lets at least one fault of its own survive."""

    def test_every_proof(self) -> None:
        """Each proof has a fault that no other proof notices."""
        assert set(PROOFS) == set(ALONE)

    @pytest.mark.full
    @pytest.mark.parametrize("name", ALONE)
    def test_survives_without_it(self, get_scratch: GetScratch, name: str) -> None:
        """No other proof fails on the fault, and the proof itself does."""
        fault = ALONE[name]
        outcomes = prove(get_scratch(fault.schema), fault, *PROOFS)
        failed = {
            proof: list(each.failures) for proof, each in outcomes.items() if each.status is Status.FAILED
        }
        assert [name] == list(failed), failed
