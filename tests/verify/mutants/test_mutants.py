"""Mutants of a migration, and the proofs that fail on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest

from schema_dsl.lint.source import Source
from schema_dsl.lint.syntax import check_syntax
from schema_dsl.verify import Scratch, Subject, list_proofs
from schema_dsl.verify.mutants import (
    EQUIVALENTS,
    Judgement,
    Mutant,
    choose_mutants,
    find_equivalent,
    generate_mutants,
    judge_mutant,
    judge_mutants,
)
from schema_dsl.verify.run import ServerReport

CORPUS = Path(__file__).parents[2] / "lint" / "corpus"

_BY_RANGE = "CREATE TABLE p PARTITION OF t FOR VALUES"
_BY_LIST = "CREATE TABLE q PARTITION OF u FOR VALUES"
CASES: dict[str, tuple[str, set[str]]] = {
    "statement left out": ("SELECT 1;\nSELECT 2;", {"\nSELECT 2;", "SELECT 1;\n"}),
    "IF NOT EXISTS left out": ("CREATE TABLE IF NOT EXISTS a.b ();", {"CREATE TABLE  a.b ();"}),
    "column left out": (
        "ALTER TABLE a.b ADD COLUMN c text, DROP COLUMN d, ADD COLUMN IF NOT EXISTS e text;",
        {
            "ALTER TABLE a.b DROP COLUMN d, ADD COLUMN IF NOT EXISTS e text;",
            "ALTER TABLE a.b ADD COLUMN c text, DROP COLUMN d;",
        },
    ),
    "OR REPLACE left out": (
        "CREATE OR REPLACE TRIGGER t AFTER INSERT ON a.b EXECUTE FUNCTION f();",
        {"CREATE  TRIGGER t AFTER INSERT ON a.b EXECUTE FUNCTION f();"},
    ),
    "list member left out": (
        "ALTER TABLE a.b ADD CHECK (c IN ('x', 'y, z', f(1, 2)));",
        {
            "ALTER TABLE a.b ADD CHECK (c IN ('y, z', f(1, 2)));",
            "ALTER TABLE a.b ADD CHECK (c IN ('x', f(1, 2)));",
            "ALTER TABLE a.b ADD CHECK (c IN ('x', 'y, z'));",
        },
    ),
    "list member added": (
        "ALTER TABLE a.b ADD CHECK (c IN (1, 2));",
        {"ALTER TABLE a.b ADD CHECK (c IN (1, 2, 987654));"},
    ),
    "number changed": (
        "ALTER TABLE a.b ADD CHECK (c BETWEEN 0 AND 3);",
        {
            f"ALTER TABLE a.b ADD CHECK (c BETWEEN {low} AND {high});"
            for low, high in ((-1, 3), (1, 3), (0, 2), (0, 4))
        },
    ),
    "comparison changed": ("ALTER TABLE a.b ADD CHECK (c >= 0);", {"ALTER TABLE a.b ADD CHECK (c > 0);"}),
    "type changed": (
        "ALTER TABLE a.b ADD COLUMN IF NOT EXISTS c numeric(6, 2) NOT NULL, ADD COLUMN d text;",
        {
            "ALTER TABLE a.b ADD COLUMN IF NOT EXISTS c double precision NOT NULL, ADD COLUMN d text;",
            "ALTER TABLE a.b ADD COLUMN IF NOT EXISTS c numeric(6, 2) NOT NULL, ADD COLUMN d varchar(60);",
        },
    ),
    "clause left out": (
        "ALTER TABLE b ADD CHECK (c) NO INHERIT, ADD UNIQUE (c) INCLUDE (d), ADD UNIQUE (c) WITH (fillfactor = 7);",
        {
            "ALTER TABLE b ADD CHECK (c), ADD UNIQUE (c) INCLUDE (d), ADD UNIQUE (c) WITH (fillfactor = 7);",
            "ALTER TABLE b ADD CHECK (c) NO INHERIT, ADD UNIQUE (c), ADD UNIQUE (c) WITH (fillfactor = 7);",
            "ALTER TABLE b ADD CHECK (c) NO INHERIT, ADD UNIQUE (c) INCLUDE (d), ADD UNIQUE (c);",
        },
    ),
    "bound changed": (
        f"{_BY_RANGE} FROM (1, 'a') TO (2, 'b'); {_BY_LIST} IN (3);",
        {
            f"{_BY_RANGE} FROM (MINVALUE, MINVALUE) TO (2, 'b'); {_BY_LIST} IN (3);",
            f"{_BY_RANGE} FROM (1, 'a') TO (MAXVALUE, MAXVALUE); {_BY_LIST} IN (3);",
            f"{_BY_RANGE} FROM (1, 'a') TO (2, 'b'); {_BY_LIST} IN (3, NULL);",
        },
    ),
    "collation left out": (
        'CREATE TABLE a.b (c text COLLATE "C" NOT NULL, d text COLLATE public."de");',
        {
            'CREATE TABLE a.b (c text  NOT NULL, d text COLLATE public."de");',
            'CREATE TABLE a.b (c text COLLATE "C" NOT NULL, d text );',
        },
    ),
    "NOT NULL left out": (
        "CREATE TABLE a.b (c text NOT NULL DEFAULT 'x', CHECK (c IS NOT NULL));",
        {"CREATE TABLE a.b (c text  DEFAULT 'x', CHECK (c IS NOT NULL));"},
    ),
    "NOT NULL added": (
        "CREATE TABLE a.b (c text, CONSTRAINT d CHECK (c <> ''));",
        {"CREATE TABLE a.b (c text NOT NULL, CONSTRAINT d CHECK (c <> ''));"},
    ),
    "default changed": (
        "CREATE TABLE a.b (c text DEFAULT 'x', d boolean DEFAULT true, e timestamptz DEFAULT now());",
        {
            "CREATE TABLE a.b (c text DEFAULT 'x_', d boolean DEFAULT true, e timestamptz DEFAULT now());",
            "CREATE TABLE a.b (c text DEFAULT 'x', d boolean DEFAULT false, e timestamptz DEFAULT now());",
            "CREATE TABLE a.b (c text DEFAULT 'x', d boolean DEFAULT true, e timestamptz DEFAULT 'epoch');",
        },
    ),
    "constraint left out": (
        "ALTER TABLE a.b DROP CONSTRAINT IF EXISTS d, ADD CONSTRAINT d CHECK (c > 0);",
        {"ALTER TABLE a.b DROP CONSTRAINT IF EXISTS d;"},
    ),
    "constraint renamed": (
        "ALTER TABLE a.b DROP CONSTRAINT IF EXISTS d, ADD CONSTRAINT e CHECK (c > 0);",
        {
            "ALTER TABLE a.b DROP CONSTRAINT IF EXISTS d_, ADD CONSTRAINT e CHECK (c > 0);",
            "ALTER TABLE a.b DROP CONSTRAINT IF EXISTS d, ADD CONSTRAINT e_ CHECK (c > 0);",
        },
    ),
    "IF EXISTS left out": ("DROP POLICY IF EXISTS p ON a.b;", {"DROP POLICY  p ON a.b;"}),
    "action changed": (
        "ALTER TABLE a.b ADD FOREIGN KEY (c) REFERENCES d (e) ON DELETE SET NULL;",
        {
            "ALTER TABLE a.b ADD FOREIGN KEY (c) REFERENCES d (e) ON DELETE RESTRICT;",
            "ALTER TABLE a.b ADD FOREIGN KEY (c) REFERENCES d (e) ON DELETE CASCADE;",
        },
    ),
    "NOT VALID left out": (
        "ALTER TABLE a.b DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (d > 0) NOT VALID;",
        {"ALTER TABLE a.b DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (d > 0);"},
    ),
    "WHERE left out": ("CREATE INDEX i ON a.b (c) WHERE d;", {"CREATE INDEX i ON a.b (c);"}),
    "WHERE negated": (
        "CREATE INDEX i ON a.b (c) WHERE d OR e;",
        {"CREATE INDEX i ON a.b (c) WHERE NOT (d OR e);"},
    ),
    "command changed": (
        "CREATE POLICY p ON a.b FOR SELECT TO r USING (true);",
        {f"CREATE POLICY p ON a.b FOR {each} TO r USING (true);" for each in ("ALL", "UPDATE", "DELETE")},
    ),
    "policy roles changed": (
        "CREATE POLICY p ON a.b FOR ALL TO authenticated USING (true);",
        {
            "CREATE POLICY p ON a.b FOR ALL  USING (true);",
            "CREATE POLICY p ON a.b FOR ALL TO PUBLIC USING (true);",
            "CREATE POLICY p ON a.b FOR ALL TO anon USING (true);",
        },
    ),
    "condition made constant": (
        "CREATE POLICY p ON a.b USING (f(c)) WITH CHECK (true);",
        {
            "CREATE POLICY p ON a.b USING (true) WITH CHECK (true);",
            "CREATE POLICY p ON a.b USING (f(c)) WITH CHECK (false);",
        },
    ),
    "revoked role left out": (
        "REVOKE ALL ON TABLE a.b FROM PUBLIC, anon;",
        {"REVOKE ALL ON TABLE a.b FROM anon;", "REVOKE ALL ON TABLE a.b FROM PUBLIC;"},
    ),
    "privilege left out": (
        "GRANT SELECT, INSERT ON TABLE a.b TO r;",
        {"GRANT INSERT ON TABLE a.b TO r;", "GRANT SELECT ON TABLE a.b TO r;"},
    ),
    "row level security changed": (
        "ALTER TABLE a.b ENABLE ROW LEVEL SECURITY;",
        {"ALTER TABLE a.b DISABLE ROW LEVEL SECURITY;", "ALTER TABLE a.b FORCE ROW LEVEL SECURITY;"},
    ),
    "trigger timing changed": (
        "CREATE TRIGGER t BEFORE INSERT ON a.b EXECUTE FUNCTION f();",
        {"CREATE TRIGGER t AFTER INSERT ON a.b EXECUTE FUNCTION f();"},
    ),
    "guard negated": (
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM t WHERE n = 'x') THEN CREATE ROLE r; END IF; END $$;",
        {"DO $$ BEGIN IF  EXISTS (SELECT FROM t WHERE n = 'x') THEN CREATE ROLE r; END IF; END $$;"},
    ),
    "comment changed": ("COMMENT ON TABLE a.b IS 'it''s';", {"COMMENT ON TABLE a.b IS 'it''s!';"}),
}


class TestOperators:
    """Every operator yields one kind of edit at every applicable position."""

    @pytest.mark.parametrize("operator", CASES)
    def test_damage(self, operator: str) -> None:
        """An operator yields exactly the expected mutants."""
        script, expected = CASES[operator]
        assert expected == {each.script for each in generate_mutants(script) if each.operator == operator}

    def test_inside_of_blocks(self) -> None:
        """The statements of a DO block are mutated one by one; the only statement of a block is not left out."""
        two = "DO $x$\nBEGIN\n    CREATE TABLE a.b ();\n    ALTER TABLE a.b ENABLE ROW LEVEL SECURITY;\nEND\n$x$;"
        left_out = [each for each in generate_mutants(two) if each.operator == "statement left out"]
        assert [(1, "DO $x$ BEGIN"), (3, "CREATE TABLE"), (4, "ALTER TABLE ")] == [
            (each.line, each.before[:12]) for each in left_out
        ]
        one = "DO $x$ BEGIN CREATE TABLE a.b (); END $x$;"
        assert 1 == len([each for each in generate_mutants(one) if each.operator == "statement left out"])

    def test_display(self) -> None:
        """A mutant displays its line and its edit."""
        script = "SELECT 1;\nCREATE INDEX i ON a.b (c) WHERE d;"
        found = next(each for each in generate_mutants(script) if each.operator == "WHERE left out")
        assert ("WHERE left out: i", "2: WHERE d -> (nothing)") == (found.identity, str(found))

    def test_any_sql(self) -> None:
        """Every script of the corpus has mutants, and all mutants parse."""
        found = [
            each
            for file in sorted(CORPUS.glob("*.sql"))
            for each in generate_mutants(file.read_text("utf-8"))
        ]
        assert len(found) > 900
        sample = found[::20]
        assert [] == [each.identity for each in sample if check_syntax(Source.of(each.script, "mutant.sql"))]


@pytest.fixture(scope="module")
def every(engagement: Subject) -> Sequence[Mutant]:
    """Every mutant of the engagement schema's migration."""
    return generate_mutants(engagement.script)


class TestEngagement:
    """The mutants of the engagement schema's migration."""

    def test_many_and_distinct(self, engagement: Subject, every: Sequence[Mutant]) -> None:
        """The mutants are many, distinct and deterministic, with unique identities."""
        assert len(every) > 500
        assert len(every) == len({each.identity for each in every}) == len({each.script for each in every})
        assert [each.identity for each in every] == [
            each.identity for each in generate_mutants(engagement.script)
        ]

    def test_every_operator_is_used(self, every: Sequence[Mutant]) -> None:
        """Nearly every operator yields a mutant of this schema, which has no collation and asks no catalog."""
        unused = {"guard negated", "clause left out", "collation left out", "bound changed"}
        assert {each.operator for each in every} >= CASES.keys() - unused

    def test_grammatical(self, every: Sequence[Mutant]) -> None:
        """All mutants parse, because every proof fails on a syntax error."""
        assert [] == [each.identity for each in every if check_syntax(Source.of(each.script, "mutant.sql"))]

    def test_equivalents_are_generated(self, engagement: Subject, every: Sequence[Mutant]) -> None:
        """Every class of equivalent mutants has a mutant, and equivalent mutants are few."""
        found = [find_equivalent(each, engagement) for each in every]
        assert set(EQUIVALENTS) == {each for each in found if each is not None}
        assert len([each for each in found if each is not None]) <= 6


class TestChoice:
    """The choice of the mutants to judge."""

    def test_short(self) -> None:
        """All mutants of a short script are judged, and the summary names no sample."""
        script = "CREATE TABLE a.b (c int);"
        chosen, sample = choose_mutants(script, 7)
        assert list(generate_mutants(script)) == chosen
        assert Judgement((), sample).summary.startswith("0 mutants: ")

    def test_long(self) -> None:
        """A seed selects mutants of a long script, and the summary says how many of how many."""
        script = "\n".join(f"COMMENT ON TABLE a.b{number} IS 'c';" for number in range(1600))
        chosen, sample = choose_mutants(script, 7)
        assert (100, 100) == (len(chosen), sample.tried)
        assert sample.possible > 1600
        assert [each.identity for each in chosen] == [each.identity for each in choose_mutants(script, 7)[0]]
        assert f"(sampled 100 of {sample.possible:,}, seed 7)" in Judgement((), sample).summary


class TestJudgement:
    """Every mutant is killed, equivalent, or reported as a survivor."""

    def test_a_sample_is_killed(self, scratch: Scratch, every: Sequence[Mutant]) -> None:
        """No mutant of a sample survives."""
        found = judge_mutants(scratch, every[::15], list_proofs())
        assert [] == [each.mutant.identity for each in found.survivors]
        assert ServerReport("here", (), found).ok
        assert f"{len(every[::15])} mutants: " in found.summary

    def test_survivors_are_reported(self, scratch: Scratch, every: Sequence[Mutant]) -> None:
        """Without a failed proof, a mutant survives, and the report is not ok."""
        progress: list[str] = []
        equivalent_count = sum(find_equivalent(each, scratch.subject) is not None for each in every[:20])
        found = judge_mutants(scratch, every[:20], (), on_progress=progress.append)
        assert not ServerReport("here", (), found).ok
        assert every[0] in [each.mutant for each in found.survivors]
        assert f"mutants: 20 of 20, {20 - equivalent_count} survived" == progress[-1]
        assert (
            f"20 mutants: 0 killed, {equivalent_count} equivalent, {20 - equivalent_count} survived"
            == found.summary
        )

    def test_every_proof_runs(self, scratch: Scratch, every: Sequence[Mutant]) -> None:
        """With `every`, a verdict lists all failed proofs in the order of the runs."""
        mutant = next(each for each in every if each.operator == "list member left out")
        chosen = [each for each in list_proofs() if each.name in {"matches", "triggers", "constraints"}]
        found = judge_mutants(scratch, [mutant], chosen, every=True)
        assert [["matches", "constraints"]] == [
            [one.proof for one in each.failed_proofs] for each in found.verdicts
        ]


TARGETS = {
    "condition made constant: authenticated_select_own of public.user_engagement_states, using": "access",
    "policy roles changed: service_role_all of public.user_engagement_states, TO left out": "access",
    "GRANT added: public.engagement_message_queue, SELECT to anon": "access",
    "row level security changed: public.user_engagement_states, DISABLE": "access",
    "revoked role left out: public.engagement_state_transitions, anon": "access",
    "list member left out: public.user_engagement_states, state 'dormant'": "constraints",
    "number changed: public.user_profiles, and 3 +1": "constraints",
    "NOT NULL left out: public.engagement_message_queue, message_key": "constraints",
    "constraint left out: public.engagement_message_queue, engagement_message_queue_idempotency_key_key": "constraints",
    "action left out: public.user_engagement_states, ON DELETE CASCADE": "constraints",
    "statement left out: public.engagement_message_queue, drop policy": "idempotent",
    "IF NOT EXISTS left out: public.user_profiles, magic_moment_at": "idempotent",
    "trigger event changed: update_user_engagement_states_updated_at of public.user_engagement_states, "
    "update INSERT instead": "triggers",
    "NOT VALID left out: public.user_profiles, user_profiles_onboarding_tier_check": "locks",
}


class TestTargetedProof:
    """The proof that targets an edit fails on it without other proofs."""

    @pytest.mark.parametrize("identity", TARGETS)
    def test_alone(self, scratch: Scratch, every: Sequence[Mutant], identity: str) -> None:
        """Only the targeted proof runs, and it fails."""
        mutant = {each.identity: each for each in every}[identity]
        meant = [each for each in list_proofs() if each.name == TARGETS[identity]]
        assert [TARGETS[identity]] == [each.proof for each in judge_mutant(scratch, mutant, meant)]

    def test_session(self, scratch: Scratch) -> None:
        """The proof `matches` fails for settings that are not reset, and for required settings that are not set."""
        script = f"SET lock_timeout = '5s';\n{scratch.subject.script}\nRESET lock_timeout;\n"
        subject = attrs.evolve(scratch.subject, script=script, settings={"lock_timeout": "5s"})
        matches = [each for each in list_proofs() if each.name == "matches"]
        with Scratch(scratch.server, subject) as timed:
            assert () == tuple(matches[0].run(timed).failures)
            found = {
                mutant.before: [each.message for each in judge_mutant(timed, mutant, matches)]
                for mutant in generate_mutants(script)
                if "lock_timeout" in mutant.subject
            }
        file = subject.file
        assert {
            "SET lock_timeout = '5s';": [
                (
                    f"{file}:{find_block_line(script)}: this statement runs without lock_timeout, but the project's"
                    " settings require 5s"
                )
            ],
            "RESET lock_timeout;": [
                f"{file} does not reset lock_timeout: later statements in the session run with 5000"
            ],
        } == found


def find_block_line(script: str) -> int:
    """Return the line of the first DO block."""
    return script[: script.index("DO $")].count("\n") + 1
