"""What goes through a statement: the schema it is held against, and what has been found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import attrs

from schema_dsl.lint import builtins
from schema_dsl.lint.builtins import shown
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation, Schema
from schema_dsl.lint.history.trees import qualified, type_named
from schema_dsl.lint.option_names import words
from schema_dsl.lint.semantics.errors import SemanticError, misspelt, nearest
from schema_dsl.lint.semantics.literals import refusal
from schema_dsl.lint.semantics.scope import UnresolvedName
from schema_dsl.lint.semantics.types import UNKNOWN, implicit
from schema_dsl.parsing import Node


class TypedValue(NamedTuple):
    """What an expression gives: its type, and the text of a constant that has none yet."""

    type: str | None
    literal: str | None = None


NOTHING = TypedValue(None)


@attrs.frozen
class ExpressionContext:
    """Where an expression stands, and what Postgres does not allow there."""

    what: str
    one: str = ""
    subqueries: bool = False
    sets: bool = False
    columns: bool = True
    immutable: bool = False


# The extensions' types and functions that are met unqualified; anything may be known of them.
_EXTENSION_TYPES = words(
    "citext vector halfvec sparsevec hstore ltree lquery ltxtquery geometry geography box2d box3d raster cube "
    "seg isbn semver tdigest ghstore ean13 isbn13 ismn ismn13 issn issn13 upc lo ltree_gist query_int intbig_gkey "
    "gtrgm tablefunc_crosstab_2 tablefunc_crosstab_3 tablefunc_crosstab_4 earth http_header http_request http_response "
    "http_method content_type"
)

# How the relations that extensions bring are called, and the sequences of serial and identity columns.
_MADE_BY_ITSELF = re.compile(r"pg_|geometry_columns|geography_columns|spatial_ref_sys|raster_|.*_seq\d*\Z")


@attrs.define(eq=False)
class Analyzer:
    """One statement or expression under analysis.

    `declared`: functions are to be found among what is declared, so that one that is not is worth a word.
    """

    schema: Schema
    found: list[SemanticError] = attrs.field(factory=list)
    place: ExpressionContext | None = None
    declared: bool = False
    parameters: tuple[str | None, ...] | None = None
    # Relations that may be there, or be another's, when the SQL runs.
    hidden: frozenset[str] = frozenset()
    # Whether a relation was named that is not known.
    unresolved: bool = False

    def complain(
        self,
        rule: str,
        message: str,
        remedy: str = "",
        location: int = -1,
        word: str = "",
        *,
        level: Level = Level.ERROR,
    ) -> None:
        """Note a mistake, once."""
        made = SemanticError(rule, message, remedy, location, word, level)
        if made not in self.found:
            self.found.append(made)

    def missing(self, missing: UnresolvedName, parts: list[str], location: int) -> None:
        """Note that a column reference means nothing."""
        word = parts[-1]
        if missing.ambiguous:
            remedy = f"Say {' or '.join(missing.known)}."
            self.complain("ambiguous-column", missing.what, remedy, location, word)
            return
        if missing.what.startswith("missing FROM"):
            near = nearest(parts[-2], missing.known)
            remedy = f"Did you mean {near}?" if near else _there_are(missing.known, "There is")
            self.complain("unknown-column", missing.what, remedy, location, parts[-2])
            return
        where = f" in {missing.where}" if missing.where and '"' + parts[0] + "." not in missing.what else ""
        if missing.gone:
            remedy = f"It is called {missing.gone} now."
        else:
            near = nearest(word, missing.known)
            remedy = f"Did you mean {near}?" if near else _there_are(missing.known, "There are")
        self.complain("unknown-column", missing.what + where, remedy, location, word)

    def settle(self, value: TypedValue, kind: str | None, location: int) -> None:
        """Give an untyped constant its type, if it can have it."""
        if value.type != UNKNOWN or value.literal is None:
            return
        refused = refusal(self.schema, value.literal, kind)
        if refused:
            made = self.schema.user_type(kind) if kind else None
            near = nearest(value.literal, made.labels) if made is not None else None
            remedy = f"Did you mean '{near}'?" if near else f"Write a constant of type {shown(kind)}."
            self.complain("type-mismatch", refused, remedy, location, value.literal)

    def boolean(self, value: TypedValue, what: str, location: int) -> None:
        """Hold that something is a condition."""
        if value.type == UNKNOWN:
            self.settle(value, "bool", location)
        elif implicit(self.schema, value.type, "bool") is False:
            self.complain(
                "type-mismatch",
                f"argument of {what} must be type boolean, not type {shown(value.type)}",
                "Compare it with something.",
                location,
            )

    def type_of(self, node: Node) -> str | None:
        """Give the type that a TypeName spells, and note one that surely does not exist."""
        found = type_named(self.schema, node)
        if found is None and node.names and not node.pct_type:
            self._unknown_type(*qualified(node.names), node.location)
        return found

    def _unknown_type(self, where: str, name: str, location: int) -> None:
        schema = self.schema
        if "types" in schema.doubts or name.startswith("_") or name in _EXTENSION_TYPES:
            return
        builtin = builtins.type_names()
        made = [each for home, each in schema.types if home == (where or home)]
        if where == "pg_catalog" or (where and where in schema.closed):
            near = nearest(name, builtin if where == "pg_catalog" else made)
        elif where:
            near = misspelt(name, made)
        else:
            near = misspelt(name, [*made, *builtin], shortest=5)
            # date_range is more likely a type of its own than a misspelt daterange.
            near = near if near and near.count("_") == name.count("_") else None
        gone = any(
            (each, name) in schema.dropped_types for each in ([where] if where else schema.search_path)
        )
        sure = gone or where == "pg_catalog" or (where in schema.closed)
        if sure or near:
            shown_name = f"{where}.{name}" if where else name
            level = Level.ERROR if sure or self.declared else Level.WARNING
            message = f'type "{shown_name}" does not exist'
            self.complain("unknown-type", message, _meant(near), location, name, level=level)

    def constraint(self, relation: HistoryRelation, name: str, location: int) -> None:
        """Note a constraint that a relation surely does not have."""
        if (
            relation.settled
            and not relation.doubtful
            and not relation.parents
            and name not in relation.constraints
            and "constraints" not in relation.doubts
            and not name.endswith("_not_null")
        ):
            message = f'constraint "{name}" of relation "{relation}" does not exist'
            remedy = _meant(nearest(name, relation.constraints))
            self.complain("unknown-constraint", message, remedy, location, name)

    def relation(self, node: Node) -> HistoryRelation | None:
        """Find the relation that a RangeVar names, and note one that surely does not exist."""
        return self.named(node.schemaname, node.relname, node.location)

    def named(self, where: str, name: str, location: int) -> HistoryRelation | None:
        """Find a relation by its name, and note one that surely does not exist."""
        schema = self.schema
        if name in self.hidden:
            return None
        found = schema.relation(where, name)
        if found is not None:
            return found
        if schema.index(where, name) is not None:
            return None
        self.unresolved = True
        homes = (where,) if where else schema.search_path
        gone = any((each, name) in schema.dropped for each in homes)
        if "relations" in schema.doubts or (_MADE_BY_ITSELF.match(name) and not gone):
            return None
        held = [each for each in schema.relations.values() if each.schema in homes]
        level = Level.ERROR
        message = (
            f'relation "{where}.{name}" does not exist' if where else f'relation "{name}" does not exist'
        )
        if schema.surely_no_relation(where, name):
            near = nearest(name, (each.name for each in held))
            message += " any more" if gone else ""
            level = Level.ERROR if gone or near else Level.WARNING
        else:
            near = misspelt(name, [each.name for each in held if each.made is not None or each.declared])
            if near is None:
                return None
            # It may yet be another's name for another thing.
            level = Level.ERROR if self.declared else Level.WARNING
        self.complain("unknown-relation", message, _meant(near), location, name, level=level)
        return None


def _meant(near: str | None) -> str:
    return f"Did you mean {near}?" if near else ""


def _there_are(names: Iterable[str], start: str) -> str:
    shown_names = list(dict.fromkeys(names))
    most = 12
    rest = ", ..." if len(shown_names) > most else ""
    return f"{start}: {', '.join(shown_names[:most])}{rest}." if shown_names else ""
