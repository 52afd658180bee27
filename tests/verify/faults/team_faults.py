"""Faults of the teams schema: tenants by setting, invitations and roles, constraints and triggers of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
from planted_fault import (
    Fault,
    Plant,
    after,
    append,
    apply_mutant,
    before,
    define,
    edit,
    leave_out,
    mutate,
    prepend,
    roll_back,
    take_out,
)
from team_workspace import IS_PUBLIC, IS_SHARED, OWN

from schema_dsl import Check, Table

_SCHEMA: Final = "teams"
_READS: Final = "app can read another user's row"
_TEXT: Final = "current_setting('app.tenant_id', true)"


def _members(condition: str) -> Plant:
    return after(f"ALTER POLICY own ON public.members USING ({condition}) WITH CHECK ({OWN});")


# The table, the fault, and the text of the failure.
_ACCESS: Final[dict[str, tuple[str, Plant, str]]] = {
    "owners are seen by all": (
        "members",
        _members(f"{OWN} OR role = 'owner'"),
        f"{_READS} in members whose role is 'owner'",
    ),
    "those who joined": (
        "members",
        _members(f"{OWN} OR joined_at IS NOT NULL"),
        f"{_READS} in members whose joined_at",
    ),
    "those who have not joined are hidden": (
        "members",
        _members(f"{OWN} AND joined_at IS NOT NULL"),
        "app cannot read its own row",
    ),
    "those who joined lately": (
        "members",
        _members(f"{OWN} OR joined_at > now() - interval '1 day'"),
        _READS,
    ),
    "e-mail of a domain": ("members", _members(f"{OWN} OR email LIKE '%@acme.test'"), _READS),
    "without a tenant": ("members", _members(f"{OWN} OR coalesce({_TEXT}, '') = ''"), "app.tenant_id"),
    "a tenant of all": (
        "members",
        _members(f"tenant_id::text = {_TEXT} OR {_TEXT} = '*'"),
        "with app.tenant_id = '*'",
    ),
    "any tenant": ("members", _members(f"{_TEXT} <> ''"), _READS),
    "a second setting": (
        "members",
        _members(f"{OWN} OR current_setting('app.support', true) = 'on'"),
        "app.support",
    ),
    "the role of the session": ("members", _members(f"{OWN} OR current_user = 'app'"), _READS),
    "rows of everybody": ("members", _members("true"), _READS),
    # Policies of tenants hide the tenants of others from the caller, and not from the function.
    "a plan in another table": (
        "members",
        after(
            "CREATE FUNCTION public.is_internal(tenant uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER"
            " SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.tenants AS t"
            " WHERE t.id = tenant AND t.plan = 'internal') $$;"
            f" ALTER POLICY own ON public.members USING ({OWN} OR public.is_internal(tenant_id))"
            f" WITH CHECK ({OWN});"
        ),
        f"{_READS} in members whose tenant_id is in tenants (plan is 'internal')",
    ),
    "inserts for others": (
        "members",
        after(f"ALTER POLICY own ON public.members USING ({OWN}) WITH CHECK (true);"),
        "app can insert a row of another user",
    ),
    "owners cannot be written": (
        "members",
        after(f"ALTER POLICY own ON public.members USING ({OWN}) WITH CHECK ({OWN} AND role <> 'owner');"),
        "app cannot insert its own row",
    ),
    "support writes": (
        "members",
        after(
            "GRANT DELETE ON public.members TO support;"
            " CREATE POLICY remove ON public.members FOR DELETE TO support USING (true);"
        ),
        "support can delete",
    ),
    "support reads nothing": (
        "members",
        after("DROP POLICY support ON public.members;"),
        "support cannot read",
    ),
    "support reads joined members": (
        "members",
        after("ALTER POLICY support ON public.members USING (joined_at IS NOT NULL);"),
        "support cannot read",
    ),
    "no row level security": (
        "members",
        after("ALTER TABLE public.members DISABLE ROW LEVEL SECURITY;"),
        _READS,
    ),
    "accepted invitations are inserted": (
        "invitations",
        after(f"ALTER POLICY invite ON public.invitations WITH CHECK ({OWN});"),
        "app can insert its own row into invitations whose state",
    ),
    "open invitations are read by all": (
        "invitations",
        after(
            f"ALTER POLICY own ON public.invitations USING ({OWN} OR (state = 'pending' AND expires_at > now()));"
        ),
        f"{_READS} in invitations whose expires_at",
    ),
    "expired invitations are hidden": (
        "invitations",
        after(f"ALTER POLICY own ON public.invitations USING ({OWN} AND expires_at > now());"),
        "app cannot read its own row in invitations whose expires_at",
    ),
    "the token is a password": (
        "invitations",
        after(
            f"ALTER POLICY own ON public.invitations USING ({OWN} OR token = current_setting('app.token', true));"
        ),
        "app.token",
    ),
    "revoked invitations are updated": (
        "invitations",
        after(f"ALTER POLICY answer ON public.invitations USING ({OWN} AND state <> 'revoked');"),
        "app cannot update",
    ),
    "the role of an invitation is updated": (
        "invitations",
        after("GRANT UPDATE (role) ON public.invitations TO app;"),
        "column role",
    ),
    "archived projects are deleted": (
        "projects",
        after(f"ALTER POLICY remove ON public.projects USING ({OWN});"),
        "app can delete its own row",
    ),
    "team projects are public": (
        "projects",
        after(
            f"ALTER POLICY read ON public.projects USING ({OWN} OR visibility <> 'private' OR {IS_SHARED});"
        ),
        f"{_READS} in projects whose visibility is 'team'",
    ),
    "public projects are hidden": (
        "projects",
        after(f"ALTER POLICY read ON public.projects USING ({OWN} OR {IS_SHARED});"),
        "(public)",
    ),
    "shared projects are hidden": (
        "projects",
        after(f"ALTER POLICY read ON public.projects USING ({OWN} OR {IS_PUBLIC});"),
        "(shared)",
    ),
    "a generated column": (
        "projects",
        after(
            f"ALTER POLICY read ON public.projects USING ({OWN} OR {IS_PUBLIC} OR {IS_SHARED} OR slug = 'for all');"
        ),
        f"{_READS} in projects whose name is 'for all'",
    ),
    "any share is enough": (
        "projects",
        after(
            f"ALTER POLICY read ON public.projects USING ({OWN} OR {IS_PUBLIC} OR EXISTS (SELECT FROM"
            " public.project_shares AS s WHERE s.tenant_id = public.tenant()));"
        ),
        _READS,
    ),
    "shared projects are updated": (
        "projects",
        after(f"ALTER POLICY change ON public.projects USING ({OWN} OR {IS_PUBLIC}) WITH CHECK (true);"),
        "app can update",
    ),
    "the rank is updated": (
        "projects",
        after("GRANT UPDATE (rank) ON public.projects TO app;"),
        "column rank",
    ),
    "shares are inserted": (
        "project_shares",
        after(
            "GRANT INSERT ON public.project_shares TO app;"
            f" CREATE POLICY add ON public.project_shares FOR INSERT TO app WITH CHECK ({OWN});"
        ),
        "app can insert its own row",
    ),
    "the tenant function trusts a claim": (
        "members",
        after(
            "CREATE OR REPLACE FUNCTION public.tenant() RETURNS uuid LANGUAGE sql STABLE SET search_path = '' AS"
            " $$ SELECT coalesce(nullif(current_setting('app.other', true), ''),"
            " nullif(current_setting('app.tenant_id', true), ''))::uuid $$;"
        ),
        "app.other",
    ),
    "customers for the app": ("members", after("GRANT SELECT ON public.customers TO app;"), ""),
    "a view for the app": ("members", after("GRANT SELECT ON public.cities TO app;"), "view cities"),
    "a sequence for the app": (
        "members",
        after("CREATE SEQUENCE public.numbers; GRANT USAGE ON SEQUENCE public.numbers TO app;"),
        "sequence numbers",
    ),
    "a SECURITY DEFINER function": (
        "members",
        after(
            "CREATE FUNCTION public.leak() RETURNS SETOF public.members LANGUAGE sql SECURITY DEFINER"
            " AS 'SELECT * FROM public.members';"
        ),
        "leak",
    ),
}

_GUARD: Final = "guard always true: block of public.customers, 'customers_tenant_id_fkey'"
_MUTANTS: Final = {
    "idempotent": (_GUARD,),
    "resumable": (_GUARD,),
    "constraints": (
        "comparison changed: public.projects, >=",
        "constraint left out: public.members, one_membership",
        "constraint left out: public.members, owners_have_joined",
        "constraint left out: public.bookings, no_overlap",
        "constraint left out: public.projects, projects_rank_check",
    ),
}


def _trigger(table: str, name: str, **changes: object) -> Plant:
    def change(declared: Table) -> Table:
        triggers = [
            attrs.evolve(each, **changes) if each.name == name else each  # type: ignore[arg-type]
            for each in declared.triggers
        ]
        assert triggers != list(declared.triggers), f"{table} has no trigger {name}, or it did not change"
        return attrs.evolve(declared, triggers=triggers)

    return define({table: change}, migrated=False)


def _with_example(condition: str, **more: object) -> Plant:
    def change(declared: Table) -> Table:
        check = Check(condition, name="owners_have_joined", **more)  # type: ignore[arg-type]
        kept = [each for each in declared.constraints if each.name != check.name]
        return attrs.evolve(declared, constraints=[*kept, check])

    return define({"members": change})


_DEFINITIONS: Final[dict[str, tuple[str, Plant]]] = {
    "a trigger with other columns": ("triggers", _trigger("invitations", "touched", update_of=["state"])),
    "a trigger for each column": ("triggers", _trigger("invitations", "touched", update_of=())),
    "a trigger with another condition": (
        "triggers",
        _trigger("invitations", "accepted", when="NEW.state = 'revoked'"),
    ),
    "a trigger without a condition": ("triggers", _trigger("invitations", "accepted", when=None)),
    "a trigger with another event": ("triggers", _trigger("projects", "noted", events=["insert"])),
    "a trigger with another argument": ("triggers", _trigger("projects", "noted", arguments=["others"])),
    "a trigger with another timing": ("triggers", _trigger("customers", "touched", timing="after")),
    # The check is in the database as declared, and contradicts its examples.
    "a check refuses an example": (
        "constraints",
        _with_example(
            "role <> 'owner' OR joined_at IS NULL",
            accepts=[{"role": "owner", "joined_at": "2026-01-01"}],
        ),
    ),
    "a check accepts a wrong example": (
        "constraints",
        _with_example("role IS NOT NULL", refuses=[{"role": "owner", "joined_at": None}]),
    ),
}

_SQL: Final[dict[str, tuple[str, str, str]]] = {
    "a deferred key": (
        "constraints",
        "ALTER TABLE public.projects ALTER CONSTRAINT projects_tenant_id_fkey DEFERRABLE INITIALLY DEFERRED;",
        "",
    ),
    "a unique key that is not deferred": (
        "constraints",
        (
            "ALTER TABLE public.projects DROP CONSTRAINT one_rank,"
            " ADD CONSTRAINT one_rank UNIQUE (tenant_id, rank);"
        ),
        "",
    ),
    "another generated expression": (
        "constraints",
        "ALTER TABLE public.projects DROP COLUMN slug, ADD COLUMN slug text GENERATED ALWAYS AS (upper(name)) STORED;",
        "",
    ),
    "an identity by default": (
        "constraints",
        "ALTER TABLE public.members ALTER id SET GENERATED BY DEFAULT;",
        "",
    ),
    "ON DELETE SET NULL left out": (
        "constraints",
        (
            "ALTER TABLE public.customers DROP CONSTRAINT customers_tenant_id_fkey,"
            " ADD CONSTRAINT customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants;"
        ),
        "",
    ),
    "a shorter text": (
        "constraints",
        (
            "ALTER TABLE public.tenants DROP CONSTRAINT tenants_name_check,"
            " ADD CONSTRAINT tenants_name_check CHECK (length(name) <= 39);"
        ),
        "",
    ),
    "a disabled trigger": (
        "triggers",
        "ALTER TABLE public.invitations DISABLE TRIGGER accepted;",
        "accepted",
    ),
    "a condition on the new row that holds already": (
        "triggers",
        (
            "DROP TRIGGER accepted ON public.invitations; CREATE TRIGGER accepted AFTER INSERT OR UPDATE OF state"
            " ON public.invitations FOR EACH ROW WHEN (NEW.state = 'accepted') EXECUTE FUNCTION public.note();"
        ),
        "must call public.note on an UPDATE of",
    ),
    "a trigger of replicas": (
        "triggers",
        "ALTER TABLE public.projects ENABLE REPLICA TRIGGER noted;",
        "noted",
    ),
    "a tenant too many": (
        "matches",
        "INSERT INTO public.tenants (name) VALUES ('made by the migration');",
        "tenants",
    ),
    "customers deleted": ("matches", "DELETE FROM public.customers WHERE city IS NULL;", "customers"),
    "a view without its option": ("matches", "ALTER VIEW public.cities RESET (security_invoker);", "cities"),
    "a trigger function": (
        "matches",
        (
            "CREATE OR REPLACE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql"
            " SET search_path = '' AS 'BEGIN RETURN NULL; END';"
        ),
        "touch",
    ),
    "customers copied again": (
        "idempotent",
        "INSERT INTO public.customers (name) SELECT name FROM public.customers WHERE city IS NOT NULL;",
        "customers",
    ),
    "customers copied once": (
        "resumable",
        (
            "DO $$ BEGIN IF NOT EXISTS (SELECT FROM public.tenants WHERE name = 'first') THEN"
            " INSERT INTO public.tenants (name) VALUES ('first'); PERFORM set_config('app.first', 'yes', false);"
            " END IF; END $$;"
            " UPDATE public.tenants SET seats = 100 WHERE current_setting('app.first', true) = 'yes';"
        ),
        "tenants",
    ),
    "members open for a moment": (
        "never weaker",
        f"ALTER POLICY own ON public.members USING (true); ALTER POLICY own ON public.members USING ({OWN});",
        "app can read",
    ),
    "customers locked": ("locks", "LOCK TABLE public.customers IN SHARE MODE;", "public.customers"),
    "a blocking index": (
        "locks",
        "CREATE INDEX IF NOT EXISTS city ON public.customers (city);",
        "public.customers",
    ),
}

# The database before the migration: a trigger of an existing table is there as declared and does not fire.
_RULE: Final = (
    "CREATE RULE quiet AS ON UPDATE TO public.customers"
    " WHERE NEW.name IS DISTINCT FROM OLD.name DO INSTEAD NOTHING;"
)


def _create_index_with_table(script: str) -> str:
    """Create an index only if the same session created the table."""
    rest, index = take_out(script, "index_stmt", "invitations_email_idx")
    is_new = "SELECT set_config('app.made', (to_regclass('public.invitations') IS NULL)::text, false);"
    create = f"DO $$ BEGIN IF current_setting('app.made', true) = 'true' THEN {index}; END IF; END $$;"
    return append(f"{create} RESET app.made;")(prepend(is_new)(rest))


_ROLLBACKS: Final = {
    "a table is kept": apply_mutant("statement left out: public.bookings, drop table"),
    "a trigger is kept": leave_out("drop_stmt", "DROP TRIGGER IF EXISTS touched"),
    "a column is kept": append("ALTER TABLE public.customers ADD COLUMN grade integer DEFAULT 1;"),
    "no check of data": prepend("DROP TABLE IF EXISTS public.bookings;"),
}


def list_faults() -> Iterator[Fault]:
    """Yield the faults of the teams schema."""

    def build(proof: str, name: str, plant: Plant, says: str = "", **more: object) -> Fault:
        return Fault(name=name, schema=_SCHEMA, proof=proof, plant=plant, says=says, **more)  # type: ignore[arg-type]

    for name, (table, plant, says) in _ACCESS.items():
        yield build("access", f"{table}: {name}", plant, says)
    for proof, identities in _MUTANTS.items():
        for identity in identities:
            yield build(proof, identity, mutate(identity))
    for name, (proof, plant) in _DEFINITIONS.items():
        yield build(proof, f"definition: {name}", plant, is_alone=name == "a check accepts a wrong example")
    for name, (proof, statements, says) in _SQL.items():
        yield build(proof, name, after(statements), says)
    yield build(
        "resumable",
        "an index only of a table that this run created",
        edit(_create_index_with_table),
        "invitations_email_idx",
        is_alone=True,
    )
    yield build("triggers", "a rule discards updates", before(_RULE), "touched", is_alone=True)
    for name, change in _ROLLBACKS.items():
        yield build("rollback", name, roll_back(change))
