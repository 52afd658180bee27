"""Who is to be tried: the roles that requests run as, and the claims that come with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.verify.access.identities import NOBODY, TestIdentity
from schema_dsl.verify.access.trial import Caller


@attrs.frozen(kw_only=True)
class ClientRole:
    """A role to try. `through` is the role that logs in for it, where there is one that may."""

    name: str
    bypasses: bool
    person: bool
    through: str | None


def clients(connection: Connection, table: Table, platform: Platform, wanted: Catalog) -> list[ClientRole]:
    """List whom to try on a table: every client of the platform, and whoever its access names besides.

    Raises:
        PostgresError: If a role is not there, or no policy binds it and nobody said so: whatever it tried
            would pass, and prove nothing.
    """
    roles = {role.name: role for role in (*platform.roles, *wanted.roles)}
    chosen = {name: role for name, role in roles.items() if role.client}
    if table.access is not None:
        chosen |= {name: roles.get(name) or Role(name) for name in table.access.roles}
    people = _people(wanted, chosen)
    names = list(chosen)
    told = connection.execute(_ROLES, {"names": names, "login": platform.login}).fetchall()
    facts = {name: rest for name, *rest in told}
    found = []
    for name, role in chosen.items():
        if name not in facts:
            raise PostgresError(
                f"there is no role {name} on this server", instead="Make it, or leave it out."
            )
        superuser, bypasses, reachable = facts[name]
        if superuser or (bypasses and not role.bypasses_row_security):
            trait = "is a superuser" if superuser else "has BYPASSRLS"
            what = f"{name} {trait}: no policy binds it, so a check of access as {name} proves nothing."
            raise PostgresError(what, instead=f'Declare it: Role("{name}", bypasses_row_security=True).')
        through = platform.login if reachable else None
        found.append(ClientRole(name=name, bypasses=bypasses, person=name in people, through=through))
    return found


_ROLES = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls,
        EXISTS (SELECT FROM pg_catalog.pg_roles AS l
            WHERE l.rolname = %(login)s AND pg_catalog.pg_has_role(l.oid, r.oid, 'MEMBER'))
    FROM pg_catalog.pg_roles AS r
    WHERE r.rolname = ANY (%(names)s)
"""


def _people(wanted: Catalog, chosen: dict[str, Role]) -> set[str]:
    """Say which roles stand for people: those that have rows of their own anywhere in the schema."""
    accesses = [table.access for table in wanted.tables.values() if table.access is not None]
    own = {
        role
        for access in accesses
        for role, grants in access.roles.items()
        if any(grant.rows == "own" for grant in grants)
    }
    return own or {name for name, role in chosen.items() if not role.bypasses_row_security}


def callers(client: ClientRole, platform: Platform, people: Sequence[TestIdentity]) -> Iterator[Caller]:
    """List the ways in which a role asks; the one without claims first.

    A setting that a session has once known is '' afterwards, and no longer unset.

    Args:
        client: The role.
        platform: Says where claims are.
        people: The owner of a row, another's, and one without rows; none, where nobody owns rows.
    """
    role = client.name
    yield Caller(role=role, claims=None, label="without claims", person=client.person)
    if platform.claims is None:
        return
    key = {"role": role}
    # PostgREST leaves '' behind, where the next request on the connection has no claims.
    yield Caller(role=role, claims="", label="with '' for claims", person=client.person)
    yield Caller(role=role, claims="{}", label="with {} for claims", person=client.person)
    yield Caller(role=role, claims=json.dumps(key), label="with claims but no sub", person=client.person)
    if client.person:
        stranger = json.dumps({"sub": NOBODY, **key})
        yield Caller(role=role, claims=stranger, label="with the sub of no user", person=True)
        if people:
            for person, user in ((people[2], "another"), (people[0], "owner")):
                claims = json.dumps({"sub": person.sub, **key})
                label = "as the row's owner" if user == "owner" else "as another user"
                yield Caller(role=role, claims=claims, label=label, user=user, person=True)  # type: ignore[arg-type]
