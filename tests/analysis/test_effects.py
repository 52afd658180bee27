"""The effects of statements, which the file effects.txt lists for every kind of statement."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import attrs
import pytest

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import (
    DEFINING_KINDS,
    DERIVATIONS,
    Effect,
    effects,
    effects_by_command,
    first_effect,
)
from schema_dsl.analysis.effects.effect import Verb
from schema_dsl.analysis.effects.names import containing_names, local_name
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.locks import LockMode
from schema_dsl.lint.facts.locks import LOCKING_KINDS
from schema_dsl.parsing import Statement, parse_statement, split

FILE = Path(__file__).with_name("effects.txt")
WITHOUT_EFFECTS = split_words(
    "transaction_stmt variable_set_stmt variable_show_stmt discard_stmt do_stmt call_stmt prepare_stmt execute_stmt "
    "deallocate_stmt fetch_stmt close_portal_stmt notify_stmt listen_stmt unlisten_stmt load_stmt check_point_stmt "
    "constraints_set_stmt reassign_owned_stmt import_foreign_schema_stmt alter_table_move_all_stmt"
)
# Nodes of the grammar that are no statements.
PARTS = split_words("raw_stmt set_operation_stmt return_stmt plassign_stmt replica_identity_stmt")


def read_examples() -> Iterator[tuple[str, list[str]]]:
    """Yield each statement of the file with the descriptions of its effects, which are indented."""
    statement, found = "", list[str]()
    for line in [*FILE.read_text("utf-8").splitlines(), "#"]:
        if line.startswith(" "):
            found.append(line.strip())
            continue
        if statement:
            yield statement, found
        statement, found = (line if line and line[0] != "#" else ""), []


def describe(effect: Effect) -> str:
    """Return an effect as one line; a clause in brackets is one that the statement could have, but has not."""
    identity = effect.identity
    parts = [f"{effect.verb} {describe_object(identity)}"]
    if effect.new_identity is not None:
        parts[0] += f" -> {full_name(effect.new_identity)}"
    if effect.clause:
        parts.append(effect.clause if effect.guarded else f"[{effect.clause}]")
    if effect.cascade:
        parts.append("CASCADE")
    if effect.lock is not None:
        of_many = identity.root.kind in {"schema", "database", "system"}
        parts.append(
            f"{effect.lock}" if of_many else f"{effect.lock} on {'.'.join(filter(None, effect.locked))}"
        )
    parts += ["scans"] * effect.scans + ["rewrites"] * effect.rewrites
    return " | ".join(parts)


def describe_object(identity: Identity) -> str:
    """Return the kind and name of an object, and of the objects that contain it."""
    own = f"{identity.kind.replace('_', ' ')} {full_name(identity)}".rstrip()
    return own if identity.parent is None else f"{own} of {describe_object(identity.parent)}"


def full_name(identity: Identity) -> str:
    """Return the name of an object; a part has the schema of its relation, and "*" stands for all objects."""
    if identity.schema and identity.parent is None:
        return f"{identity.schema}.{identity.name or '*'}"
    return identity.name


def parse_one(text: str) -> Statement:
    """Return the only statement of a text."""
    (statement,) = split(text).statements
    assert statement.problem is None
    return statement


EXAMPLES = list(read_examples())
FOUND = [(parse_one(text).kind, effect) for text, _ in EXAMPLES for effect in effects(parse_one(text))]


class TestExamples:
    """The statements of the file."""

    @pytest.mark.parametrize(("text", "expected"), EXAMPLES)
    def test_effects(self, text: str, expected: list[str]) -> None:
        """A statement has the effects that the file lists."""
        assert expected == [describe(effect) for effect in effects(parse_one(text))]

    @pytest.mark.parametrize(("text", "expected"), EXAMPLES)
    def test_first_effect(self, text: str, expected: list[str]) -> None:
        """The first effect of a statement is the first of its effects, whether those are derived or not."""
        first = first_effect(parse_one(text))
        assert expected[:1] == ([] if first is None else [describe(first)])

    def test_every_kind_of_statement(self) -> None:
        """The file has an example of every kind of statement with effects, and the grammar has no other kinds."""
        shown = {parse_one(text).kind for text, _ in EXAMPLES}
        assert shown == DERIVATIONS.keys()
        fields = parse_statement("SELECT").DESCRIPTOR.fields_by_name
        statements = {name for name in fields if name.endswith("_stmt")} - PARTS
        assert statements == shown | WITHOUT_EFFECTS
        assert set() == shown & WITHOUT_EFFECTS

    def test_every_verb(self) -> None:
        """Every verb occurs."""
        assert set(get_args(Verb)) == {effect.verb for _, effect in FOUND}

    def test_locking_kinds(self) -> None:
        """Lint looks for the locks of all kinds of statements that lock like VACUUM or more, except for the trusted."""
        trusted = split_words(
            "view_stmt alter_seq_stmt create_stats_stmt comment_stmt sec_label_stmt create_foreign_table_stmt "
            "create_publication_stmt alter_publication_stmt create_schema_stmt"
        )
        locking = {
            kind for kind, effect in FOUND if effect.lock and effect.lock >= LockMode.SHARE_UPDATE_EXCLUSIVE
        }
        assert locking - trusted == LOCKING_KINDS

    def test_defining_kinds(self) -> None:
        """Only statements of the defining kinds create, drop, rename or move an object, except for SELECT INTO."""
        verbs = {"create", "replace", "drop", "rename", "move"}
        defining = {kind for kind, effect in FOUND if effect.verb in verbs}
        assert {"select_stmt"} == defining - DEFINING_KINDS


class TestCache:
    """The effects of a statement object."""

    def test_same_objects(self) -> None:
        """The effects are derived once per statement, and not shared by equal statements."""
        first, second = parse_one("DROP TABLE t"), parse_one("DROP TABLE t")
        assert effects(first)[0] is effects(first)[0]
        assert effects(first)[0] is not effects(second)[0]
        assert effects(first)[0] is effects(first)[0]

    def test_commands(self) -> None:
        """The effects of an ALTER TABLE are grouped by command, the main effect first."""
        statement = parse_one("ALTER TABLE t ADD a int UNIQUE REFERENCES u, DROP b")
        grouped = [
            (command.kind, command.number, [effect.identity.kind for effect in found])
            for command, found in effects_by_command(statement).items()
        ]
        added = ["column", "unique", "index", "foreign_key", "table"]
        assert [("AT_AddColumn", 0, added), ("AT_DropColumn", 1, ["column"])] == grouped

    def test_frozen(self) -> None:
        """An effect cannot be changed."""
        (effect,) = effects(parse_one("DROP TABLE t"))
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            effect.verb = "create"  # type: ignore[misc]


class TestLocalNames:
    """Names for the comparison of statements."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("DROP TABLE app.t", "CREATE VIEW t AS SELECT 1"),
            ("DROP ROUTINE f", "CREATE FUNCTION app.f() RETURNS int LANGUAGE sql RETURN 1"),
            ("DROP TYPE t", "CREATE TYPE t AS ENUM ()"),
            ("DROP DOMAIN t", "CREATE TYPE t AS (a int)"),
            ("DROP POLICY p ON t", "CREATE POLICY p ON app.t"),
            ("DROP INDEX app.i", "CREATE INDEX i ON t (a)"),
            ("ALTER TABLE t DROP CONSTRAINT c", "ALTER TABLE app.t ADD CONSTRAINT c CHECK (true)"),
            ("ALTER TABLE t ALTER a DROP DEFAULT", "ALTER TABLE t ALTER a SET DEFAULT 1"),
            ("ALTER TABLE t ALTER a DROP NOT NULL", "ALTER TABLE t ADD CONSTRAINT c NOT NULL a"),
            ("DROP CAST (a AS text)", "CREATE CAST (a AS text) WITHOUT FUNCTION"),
            ("DROP USER MAPPING FOR bob SERVER s", "CREATE USER MAPPING FOR bob SERVER s"),
        ],
    )
    def test_same(self, one: str, other: str) -> None:
        """A DROP and the CREATE of an object that can take its place have the same local name."""
        first, second = (effects(parse_one(text))[0].identity for text in (one, other))
        assert local_name(first) == local_name(second)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("DROP TABLE t", "CREATE FUNCTION t() RETURNS int LANGUAGE sql RETURN 1"),
            ("DROP POLICY p ON t", "CREATE POLICY p ON u"),
            ("ALTER TABLE t DROP a", "ALTER TABLE t ADD CONSTRAINT a CHECK (true)"),
            ("DROP CAST (a AS text)", "CREATE CAST (b AS text) WITHOUT FUNCTION"),
        ],
    )
    def test_different(self, one: str, other: str) -> None:
        """Objects of different kinds, or parts of different relations, have different local names."""
        first, second = (effects(parse_one(text))[0].identity for text in (one, other))
        assert local_name(first) != local_name(second)

    def test_containing(self) -> None:
        """An object is contained in its relation and its schema."""
        (effect,) = effects(parse_one("ALTER TABLE app.t ALTER a SET DEFAULT 1"))
        expected = [("default", "t", "a"), ("column", "t", "a"), ("relation", "t"), ("schema", "app")]
        assert expected == list(containing_names(effect.identity))
