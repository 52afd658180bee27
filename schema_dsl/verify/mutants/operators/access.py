"""Who may do what: policies, privileges, row level security."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit
from schema_dsl.verify.mutants.operators.expressions import without

_COMMANDS = ("ALL", "SELECT", "INSERT", "UPDATE", "DELETE")
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_CLAUSES = frozenset({"using", "with", "for", "to", "as", "cascade", "restrict", "granted", ";"})


def _policy(piece: Piece) -> bool:
    return piece.kind in {"create_policy_stmt", "alter_policy_stmt"}


def _command(piece: Piece) -> Iterable[MutationEdit]:
    if not _policy(piece):
        return
    for number in piece.find("for"):
        token = piece.tokens[number + 1]
        for new in _COMMANDS:
            # A policy for INSERT has no USING, one that adds no row no WITH CHECK.
            refused = {"INSERT", "SELECT", "DELETE"} if "check" in piece.words else {"INSERT"}
            if new.lower() != token.word and new not in refused:
                yield MutationEdit(token.start, token.end, new, new)


def _roles(piece: Piece, word: str) -> list[tuple[int, int]]:
    """Give the roles that follow TO or FROM."""
    places = [number for number in piece.find(word) if number > 2]  # noqa: PLR2004 - behind CREATE POLICY ... ON
    if not places:
        return []
    first = places[-1] + 1
    end = next((n for n in range(first, len(piece.words)) if piece.words[n] in _CLAUSES), len(piece.words))
    return piece.items(first, end - 1)


def _policy_roles(piece: Piece) -> Iterable[MutationEdit]:
    roles = _roles(piece, "to") if _policy(piece) else []
    if roles:
        start, end = piece.tokens[roles[0][0]].start, piece.tokens[roles[-1][1]].end
        held = {piece.words[first] for first, _ in roles}
        yield MutationEdit(piece.tokens[roles[0][0] - 1].start, end, "", "nobody named")
        for new in ("PUBLIC", "anon", "authenticated"):
            if {new.lower()} != held:
                yield MutationEdit(start, end, new, new)


def _conditions(piece: Piece) -> Iterable[tuple[int, int, int]]:
    """Find the conditions: the first word of the clause, its opening and its closing bracket."""
    if _policy(piece):
        for number in piece.find("using", "("):
            yield number, number + 1, piece.closing(number + 1)
        for number in piece.find("with", "check", "("):
            yield number, number + 2, piece.closing(number + 2)


def _true(piece: Piece) -> Iterable[MutationEdit]:
    for number, opening, closing in _conditions(piece):
        detail = piece.words[number]
        inside = piece.text(opening + 1, closing - 1)
        new = "(false)" if inside.lower() == "true" else "(true)"
        yield MutationEdit(piece.tokens[opening].start, piece.tokens[closing].end, new, detail)


def _negated(piece: Piece) -> Iterable[MutationEdit]:
    for number, opening, closing in _conditions(piece):
        if piece.text(opening + 1, closing - 1).lower() not in {"true", "false"}:
            new = f"(NOT {piece.text(opening, closing)})"
            detail = piece.words[number]
            yield MutationEdit(piece.tokens[opening].start, piece.tokens[closing].end, new, detail)


def _no_condition(piece: Piece) -> Iterable[MutationEdit]:
    for number, _, closing in _conditions(piece):
        detail = piece.words[number]
        yield MutationEdit(piece.tokens[number].start, piece.tokens[closing].end, "", detail)


def _restrictive(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind == "create_policy_stmt":
        for number in piece.find("for"):
            start = piece.tokens[number].start
            yield MutationEdit(start, start, "AS RESTRICTIVE ")


def _granted(piece: Piece) -> list[tuple[int, int]]:
    if piece.kind != "grant_stmt" or piece.words[0] != "grant":
        return []
    return piece.items(1, piece.words.index("on") - 1)


def _grantee(piece: Piece) -> str:
    return ", ".join(piece.text(*role) for role in _roles(piece, "to"))


def _privilege_removed(piece: Piece) -> Iterable[MutationEdit]:
    held = _granted(piece)
    if len(held) > 1:
        for number, (first, last) in enumerate(held):
            yield without(piece, held, number, f"{_grantee(piece)} {piece.text(first, last)}")


def _privilege_added(piece: Piece) -> Iterable[MutationEdit]:
    held = _granted(piece)
    if held:
        known = {piece.words[first] for first, _ in held}
        at = piece.tokens[held[-1][1]].end
        for new in _PRIVILEGES:
            if not known & {new.lower(), "all"}:
                yield MutationEdit(at, at, f", {new}", f"{_grantee(piece)} {new}")


def _grant_to_another(piece: Piece) -> Iterable[MutationEdit]:
    roles = _roles(piece, "to") if _granted(piece) else []
    for first, last in roles:
        for new in ("anon", "authenticated", "PUBLIC"):
            if new.lower() != piece.words[first]:
                start, end = piece.tokens[first].start, piece.tokens[last].end
                yield MutationEdit(start, end, new, f"{piece.words[first]} {new} instead")
                yield MutationEdit(end, end, f", {new}", f"{piece.words[first]} {new} too")


def _grant_option(piece: Piece) -> Iterable[MutationEdit]:
    if _granted(piece):
        yield MutationEdit(piece.end, piece.end, " WITH GRANT OPTION", _grantee(piece))


def _role_left_out(piece: Piece) -> Iterable[MutationEdit]:
    if piece.kind == "grant_stmt" and piece.words[0] == "revoke":
        roles = _roles(piece, "from")
        if len(roles) > 1:
            for number, role in enumerate(roles):
                yield without(piece, roles, number, piece.text(*role))


def _grant_added(piece: Piece) -> Iterable[MutationEdit]:
    """Grant what nobody asked for, behind the REVOKE that clears the table."""
    if piece.kind == "grant_stmt" and piece.words[0] == "revoke":
        table = piece.text(piece.words.index("on"), piece.words.index("from") - 1)
        for privilege, role in (
            ("SELECT", "anon"),
            ("INSERT", "authenticated"),
            ("TRUNCATE", "authenticated"),
        ):
            new = f"; GRANT {privilege} {table} TO {role}"
            yield MutationEdit(piece.end, piece.end, new, f"{privilege} to {role}")


def _row_security(piece: Piece) -> Iterable[MutationEdit]:
    for word, new in (("enable", "DISABLE"), ("enable", "FORCE"), ("force", "NO FORCE"), ("force", "ENABLE")):
        for number in piece.find(word, "row", "level", "security"):
            token = piece.tokens[number]
            yield MutationEdit(token.start, token.end, new, new)


OPERATORS = {
    "command changed": _command,
    "policy for others": _policy_roles,
    "condition made constant": _true,
    "condition negated": _negated,
    "condition left out": _no_condition,
    "policy made restrictive": _restrictive,
    "privilege left out": _privilege_removed,
    "privilege added": _privilege_added,
    "granted to others": _grant_to_another,
    "GRANT OPTION added": _grant_option,
    "REVOKE leaves out a role": _role_left_out,
    "GRANT added": _grant_added,
    "row level security changed": _row_security,
}
