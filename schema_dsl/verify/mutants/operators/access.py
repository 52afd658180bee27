"""Mutate policies, privileges and row level security."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit
from schema_dsl.verify.mutants.operators.expressions import remove_item

_COMMANDS = ("ALL", "SELECT", "INSERT", "UPDATE", "DELETE")
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_CLAUSES = frozenset({"using", "with", "for", "to", "as", "cascade", "restrict", "granted", ";"})


def _is_policy(fragment: Fragment) -> bool:
    return fragment.kind in {"create_policy_stmt", "alter_policy_stmt"}


def _change_command(fragment: Fragment) -> Iterable[MutationEdit]:
    if not _is_policy(fragment):
        return
    for number in fragment.find("for"):
        token = fragment.tokens[number + 1]
        for new in _COMMANDS:
            # Postgres rejects USING in a policy for INSERT, and WITH CHECK in a policy for SELECT or DELETE.
            refused = {"INSERT", "SELECT", "DELETE"} if "check" in fragment.words else {"INSERT"}
            if new.lower() != token.word and new not in refused:
                yield MutationEdit(token.start, token.end, new, new)


def _find_roles(fragment: Fragment, word: str) -> list[tuple[int, int]]:
    """Return the roles after TO or FROM as pairs of first and last token."""
    places = [number for number in fragment.find(word) if number > 2]  # noqa: PLR2004 - behind CREATE POLICY ... ON
    if not places:
        return []
    first = places[-1] + 1
    end = next(
        (n for n in range(first, len(fragment.words)) if fragment.words[n] in _CLAUSES), len(fragment.words)
    )
    return fragment.items(first, end - 1)


def _change_roles(fragment: Fragment) -> Iterable[MutationEdit]:
    roles = _find_roles(fragment, "to") if _is_policy(fragment) else []
    if roles:
        start, end = fragment.tokens[roles[0][0]].start, fragment.tokens[roles[-1][1]].end
        present_roles = {fragment.words[first] for first, _ in roles}
        yield MutationEdit(fragment.tokens[roles[0][0] - 1].start, end, "", "TO left out")
        for new in ("PUBLIC", "anon", "authenticated"):
            if {new.lower()} != present_roles:
                yield MutationEdit(start, end, new, new)


def _find_conditions(fragment: Fragment) -> Iterable[tuple[int, int, int]]:
    """Yield, for each USING and WITH CHECK of a policy, three token numbers: keyword, opening and closing bracket."""
    if _is_policy(fragment):
        for number in fragment.find("using", "("):
            yield number, number + 1, fragment.find_closing(number + 1)
        for number in fragment.find("with", "check", "("):
            yield number, number + 2, fragment.find_closing(number + 2)


def _make_constant(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, opening, closing in _find_conditions(fragment):
        detail = fragment.words[number]
        inside = fragment.text(opening + 1, closing - 1)
        new = "(false)" if inside.lower() == "true" else "(true)"
        yield MutationEdit(fragment.tokens[opening].start, fragment.tokens[closing].end, new, detail)


def _negate_condition(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, opening, closing in _find_conditions(fragment):
        if fragment.text(opening + 1, closing - 1).lower() not in {"true", "false"}:
            new = f"(NOT {fragment.text(opening, closing)})"
            detail = fragment.words[number]
            yield MutationEdit(fragment.tokens[opening].start, fragment.tokens[closing].end, new, detail)


def _remove_condition(fragment: Fragment) -> Iterable[MutationEdit]:
    for number, _, closing in _find_conditions(fragment):
        detail = fragment.words[number]
        yield MutationEdit(fragment.tokens[number].start, fragment.tokens[closing].end, "", detail)


def _make_restrictive(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind == "create_policy_stmt":
        for number in fragment.find("for"):
            start = fragment.tokens[number].start
            yield MutationEdit(start, start, "AS RESTRICTIVE ")


def _find_privileges(fragment: Fragment) -> list[tuple[int, int]]:
    if fragment.kind != "grant_stmt" or fragment.words[0] != "grant":
        return []
    return fragment.items(1, fragment.words.index("on") - 1)


def _format_grantees(fragment: Fragment) -> str:
    return ", ".join(fragment.text(*role) for role in _find_roles(fragment, "to"))


def _remove_privilege(fragment: Fragment) -> Iterable[MutationEdit]:
    privileges = _find_privileges(fragment)
    if len(privileges) > 1:
        for number, (first, last) in enumerate(privileges):
            yield remove_item(
                fragment, privileges, number, f"{_format_grantees(fragment)} {fragment.text(first, last)}"
            )


def _add_privilege(fragment: Fragment) -> Iterable[MutationEdit]:
    privileges = _find_privileges(fragment)
    if privileges:
        known = {fragment.words[first] for first, _ in privileges}
        at = fragment.tokens[privileges[-1][1]].end
        for new in _PRIVILEGES:
            if not known & {new.lower(), "all"}:
                yield MutationEdit(at, at, f", {new}", f"{_format_grantees(fragment)} {new}")


def _change_grantee(fragment: Fragment) -> Iterable[MutationEdit]:
    roles = _find_roles(fragment, "to") if _find_privileges(fragment) else []
    for first, last in roles:
        for new in ("anon", "authenticated", "PUBLIC"):
            if new.lower() != fragment.words[first]:
                start, end = fragment.tokens[first].start, fragment.tokens[last].end
                yield MutationEdit(start, end, new, f"{fragment.words[first]} {new} instead")
                yield MutationEdit(end, end, f", {new}", f"{fragment.words[first]} {new} too")


def _add_grant_option(fragment: Fragment) -> Iterable[MutationEdit]:
    if _find_privileges(fragment):
        yield MutationEdit(fragment.end, fragment.end, " WITH GRANT OPTION", _format_grantees(fragment))


def _remove_revoked_role(fragment: Fragment) -> Iterable[MutationEdit]:
    if fragment.kind == "grant_stmt" and fragment.words[0] == "revoke":
        roles = _find_roles(fragment, "from")
        if len(roles) > 1:
            for number, role in enumerate(roles):
                yield remove_item(fragment, roles, number, fragment.text(*role))


def _add_grant(fragment: Fragment) -> Iterable[MutationEdit]:
    """Grant an undeclared privilege after the REVOKE on the table."""
    if fragment.kind == "grant_stmt" and fragment.words[0] == "revoke":
        table = fragment.text(fragment.words.index("on"), fragment.words.index("from") - 1)
        for privilege, role in (
            ("SELECT", "anon"),
            ("INSERT", "authenticated"),
            ("TRUNCATE", "authenticated"),
        ):
            new = f"; GRANT {privilege} {table} TO {role}"
            yield MutationEdit(fragment.end, fragment.end, new, f"{privilege} to {role}")


def _change_row_security(fragment: Fragment) -> Iterable[MutationEdit]:
    for word, new in (("enable", "DISABLE"), ("enable", "FORCE"), ("force", "NO FORCE"), ("force", "ENABLE")):
        for number in fragment.find(word, "row", "level", "security"):
            token = fragment.tokens[number]
            yield MutationEdit(token.start, token.end, new, new)


OPERATORS = {
    "command changed": _change_command,
    "policy roles changed": _change_roles,
    "condition made constant": _make_constant,
    "condition negated": _negate_condition,
    "condition left out": _remove_condition,
    "policy made restrictive": _make_restrictive,
    "privilege left out": _remove_privilege,
    "privilege added": _add_privilege,
    "grantee changed": _change_grantee,
    "GRANT OPTION added": _add_grant_option,
    "revoked role left out": _remove_revoked_role,
    "GRANT added": _add_grant,
    "row level security changed": _change_row_security,
}
