"""The migrations of a long-lived project on Supabase: a workspace application, by several hands, over three years."""

# ruff: noqa: E501 - SQL reads best as it is written

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs


@attrs.frozen
class Thing:
    """A table of the application.

    Attributes:
        table: The name of the table.
        title: The text column that people search and rename.
        states: The labels of its state.
        amount: A numeric column.
        parent: The table that it belongs to, "" for the workspace alone.
        hand: Who wrote its migrations: 0 writes lower case, 1 upper case with schemas, 2 guards everything.
    """

    table: str
    title: str
    states: tuple[str, ...]
    amount: str
    parent: str
    hand: int

    @property
    def one(self) -> str:
        """The name of one row."""
        return self.table[:-3] + "y" if self.table.endswith("ies") else self.table[:-1]


THINGS = [
    Thing(table, title, tuple(states.split()), amount, parent, number % 3)
    for number, (table, title, states, amount, parent) in enumerate(
        [
            ("projects", "name", "active paused archived", "budget", ""),
            ("tasks", "title", "todo doing done", "estimate", "projects"),
            ("comments", "body", "visible hidden", "score", "tasks"),
            ("clients", "company", "lead customer lost", "revenue", ""),
            ("invoices", "reference", "draft sent paid void", "total", "clients"),
            ("payments", "provider_ref", "pending settled failed", "amount", "invoices"),
            ("documents", "title", "draft published", "size_kb", "projects"),
            ("meetings", "subject", "planned held cancelled", "minutes", "projects"),
            ("notes", "heading", "open locked", "length", "meetings"),
            ("products", "label", "listed retired", "price", ""),
            ("orders", "number", "new packed shipped returned", "value", "clients"),
            ("shipments", "tracking_code", "waiting moving delivered", "weight", "orders"),
            ("tickets", "subject", "open answered closed", "effort", "clients"),
            ("replies", "body", "sent failed", "seconds", "tickets"),
            ("campaigns", "headline", "draft running ended", "spend", ""),
            ("messages", "body", "queued sent bounced", "cost", "campaigns"),
            ("contracts", "title", "draft signed expired", "worth", "clients"),
            ("expenses", "purpose", "claimed approved refused", "gross", "projects"),
            ("suppliers", "company", "trial regular blocked", "turnover", ""),
        ]
    )
]

FOUNDATION = {
    "profiles": """\
create table profiles (
  id uuid references auth.users on delete cascade not null primary key,
  updated_at timestamp with time zone,
  username text unique,
  full_name text,
  avatar_url text,

  constraint username_length check (char_length(username) >= 3)
);
alter table profiles enable row level security;

create policy "Public profiles are viewable by everyone." on profiles for select using (true);
create policy "Users can insert their own profile." on profiles for insert with check (auth.uid() = id);
create policy "Users can update own profile." on profiles for update using (auth.uid() = id);
""",
    "handle_new_user": """\
create function public.handle_new_user()
returns trigger
language plpgsql
security definer set search_path = ''
as $$
begin
  insert into public.profiles (id, full_name, avatar_url)
  values (new.id, new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'avatar_url');
  return new;
end;
$$;
create trigger on_auth_user_created
  after insert on auth.users
  for each row execute procedure public.handle_new_user();
""",
    "workspaces": """\
create type workspace_role as enum ('owner', 'admin', 'member');
create table workspaces (
  id uuid not null default gen_random_uuid() primary key,
  slug text not null unique check (slug ~ '^[a-z0-9-]+$'),
  name text not null,
  settings jsonb not null default '{}'::jsonb,
  created_at timestamptz not null default now()
);
create table workspace_members (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role workspace_role not null default 'member',
  joined_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index on workspace_members (user_id);
alter table workspaces enable row level security;
alter table workspace_members enable row level security;
""",
    "workspace_policies": """\
create or replace function public.my_workspaces() returns setof uuid
language sql stable security definer set search_path = public as $$
  select workspace_id from workspace_members where user_id = auth.uid()
$$;
create or replace function public.has_role(workspace uuid, wanted workspace_role) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (
    select 1 from workspace_members m
    where m.workspace_id = workspace and m.user_id = auth.uid() and m.role <= wanted
  )
$$;
create policy "members see their workspaces" on workspaces for select to authenticated
  using (id in (select my_workspaces()));
create policy "admins change their workspaces" on workspaces for update to authenticated
  using (has_role(id, 'admin')) with check (has_role(id, 'admin'));
create policy "members see each other" on workspace_members for select to authenticated
  using (workspace_id in (select my_workspaces()));
create policy "admins manage members" on workspace_members for all to authenticated
  using (has_role(workspace_id, 'admin')) with check (has_role(workspace_id, 'admin'));
""",
    "touch": """\
create or replace function public.touch_updated_at() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end;
$$;
""",
    "extensions": """\
create extension if not exists pg_trgm with schema extensions;
create extension if not exists btree_gist with schema extensions;
create extension if not exists unaccent with schema extensions;
""",
    "storage": """\
insert into storage.buckets (id, name, public) values ('attachments', 'attachments', false) on conflict (id) do nothing;
create policy "members read attachments" on storage.objects for select to authenticated
  using (bucket_id = 'attachments' and (storage.foldername(name))[1]::uuid in (select public.my_workspaces()));
create policy "members add attachments" on storage.objects for insert to authenticated
  with check (bucket_id = 'attachments' and (storage.foldername(name))[1]::uuid in (select public.my_workspaces()));
""",
    "create_workspace": """\
create or replace function public.create_workspace(slug text, name text) returns uuid
language plpgsql security definer set search_path = public as $$
declare
  new_id uuid;
begin
  if auth.uid() is null then
    raise exception 'not signed in' using errcode = '28000';
  end if;
  insert into workspaces (slug, name) values (create_workspace.slug, create_workspace.name) returning id into new_id;
  insert into workspace_members (workspace_id, user_id, role) values (new_id, auth.uid(), 'owner');
  return new_id;
end;
$$;
revoke execute on function public.create_workspace(text, text) from public, anon;
""",
}

CLOSING = {
    "audit": """\
create schema if not exists audit;
create table if not exists audit.changes (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  actor uuid default auth.uid(),
  relation regclass not null,
  operation text not null,
  before jsonb,
  after jsonb
);
create or replace function audit.record() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into audit.changes (relation, operation, before, after)
  values (tg_relid::regclass, tg_op,
          case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
  return coalesce(new, old);
end;
$$;
do $$
declare
  t text;
begin
  foreach t in array array['invoices', 'payments', 'contracts'] loop
    execute format('drop trigger if exists audit_%1$s on public.%1$I', t);
    execute format(
      'create trigger audit_%1$s after insert or update or delete on public.%1$I for each row execute function audit.record()', t
    );
  end loop;
end $$;
""",
    "dashboard": """\
create materialized view public.workspace_numbers as
select w.id as workspace_id, count(distinct p.id) as projects, count(distinct t.id) filter (where t.state <> 'done') as open_tasks
from public.workspaces w
left join public.projects p on p.workspace_id = w.id
left join public.tasks t on t.workspace_id = w.id
group by w.id;
create unique index workspace_numbers_key on public.workspace_numbers (workspace_id);
revoke all on public.workspace_numbers from anon, authenticated;
""",
    "search": """\
create or replace function public.search_everything(workspace uuid, query text)
returns table (kind text, id uuid, label text, rank real)
language sql stable set search_path = public, extensions as $$
  select 'project', p.id, p.display_name, similarity(p.display_name, query) from projects p
  where p.workspace_id = workspace and p.display_name % query
  union all
  select 'client', c.id, c.display_company, similarity(c.display_company, query) from clients c
  where c.workspace_id = workspace and c.display_company % query
  order by 4 desc
  limit 20
$$;
""",
    "initplan": """\
do $$
declare
  p record;
begin
  for p in
    select schemaname, tablename, policyname, qual from pg_policies
    where schemaname = 'public' and qual like '%auth.uid()%' and qual not like '%SELECT auth.uid()%'
  loop
    execute format('alter policy %I on %I.%I using (%s)', p.policyname, p.schemaname, p.tablename,
                   replace(p.qual, 'auth.uid()', '(select auth.uid())'));
  end loop;
end $$;
""",
    "api_keys": """\
create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  created_by uuid not null default auth.uid() references auth.users (id) on delete cascade,
  hashed text not null,
  scopes text[] not null default '{}',
  expires_at timestamptz check (expires_at > '2020-01-01'),
  created_at timestamptz not null default now()
);
create index api_keys_workspace_id_idx on public.api_keys (workspace_id);
create index api_keys_created_by_idx on public.api_keys (created_by);
alter table public.api_keys enable row level security;
create policy "admins read keys" on public.api_keys for select to authenticated
  using ((select public.has_role(workspace_id, 'admin')));
revoke all on public.api_keys from anon;
""",
    "usage": """\
create table public.usage_daily (
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  day date not null,
  requests bigint not null default 0,
  primary key (workspace_id, day)
) partition by range (day);
create table public.usage_daily_2023 partition of public.usage_daily for values from ('2023-01-01') to ('2024-01-01');
create table public.usage_daily_2024 partition of public.usage_daily for values from ('2024-01-01') to ('2025-01-01');
alter table public.usage_daily enable row level security;
alter table public.usage_daily_2023 enable row level security;
alter table public.usage_daily_2024 enable row level security;
create policy "admins see usage" on public.usage_daily for select to authenticated
  using (workspace_id in (select public.my_workspaces()));
create function public.count_request(workspace uuid) returns void language sql security definer set search_path = '' as $$
  insert into public.usage_daily as u (workspace_id, day, requests) values (workspace, current_date, 1)
  on conflict (workspace_id, day) do update set requests = u.requests + 1
$$;
revoke execute on function public.count_request(uuid) from public, anon, authenticated;
""",
    "bookings": """\
create table public.rooms (id bigint generated always as identity primary key, name text not null unique);
create table public.bookings (
  id bigint generated always as identity primary key,
  room_id bigint not null references public.rooms (id),
  booked_by uuid not null default auth.uid() references auth.users (id),
  during tstzrange not null check (not isempty(during)),
  exclude using gist (room_id with =, during with &&)
);
alter table public.rooms enable row level security;
alter table public.bookings enable row level security;
create policy "everybody sees rooms" on public.rooms for select to authenticated using (true);
create policy "own bookings" on public.bookings for all to authenticated
  using (booked_by = (select auth.uid())) with check (booked_by = (select auth.uid()));
""",
    "guests": """\
create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  email text not null check (position('@' in email) > 1),
  invited_by uuid not null default auth.uid() references auth.users (id) on delete cascade,
  token text not null unique default encode(sha256(gen_random_uuid()::text::bytea), 'hex'),
  accepted_at timestamptz
);
create index invitations_workspace_id_idx on public.invitations (workspace_id);
create index invitations_invited_by_idx on public.invitations (invited_by);
alter table public.invitations enable row level security;
create policy "admins invite" on public.invitations for all to authenticated
  using (public.has_role(workspace_id, 'admin')) with check (public.has_role(workspace_id, 'admin'));
create or replace function public.accept_invitation(secret text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  found_invitation public.invitations%rowtype;
begin
  select * into strict found_invitation from public.invitations where token = secret and accepted_at is null for update;
  insert into public.workspace_members (workspace_id, user_id) values (found_invitation.workspace_id, auth.uid())
  on conflict do nothing;
  update public.invitations set accepted_at = now() where id = found_invitation.id;
  return found_invitation.workspace_id;
exception
  when no_data_found then
    raise exception 'this invitation is not valid any more';
end $$;
revoke execute on function public.accept_invitation(text) from public, anon;
""",
    "merge_products": """\
begin;
with doubles as (
  select id, first_value(id) over (partition by workspace_id, lower(display_label) order by created_at) as kept from public.products
)
delete from public.products p using doubles d where p.id = d.id and d.kept <> d.id;
create unique index if not exists products_label_key on public.products (workspace_id, lower(display_label));
commit;
""",
}


def _create(thing: Thing) -> str:
    states = ", ".join(f"'{state}'" for state in thing.states)
    if thing.hand == 0:
        parent = (
            f"  {thing.parent[:-1]}_id uuid references {thing.parent} (id) on delete cascade,\n"
            if thing.parent
            else ""
        )
        return f"""\
create table {thing.table} (
  id uuid not null default gen_random_uuid() primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
{parent}  created_by uuid references auth.users (id) on delete set null default auth.uid(),
  {thing.title} text not null,
  state text not null default '{thing.states[0]}' check (state in ({states})),
  {thing.amount} numeric(12, 2),
  created_at timestamp with time zone default timezone('utc'::text, now()) not null,
  updated_at timestamptz
);
alter table {thing.table} enable row level security;
"""
    parent = (
        f"    {thing.parent[:-1]}_id UUID REFERENCES public.{thing.parent}(id) ON DELETE CASCADE,\n"
        if thing.parent
        else ""
    )
    exists = "IF NOT EXISTS " if thing.hand == 2 else ""
    kind = f"public.{thing.one}_state"
    enum = (
        f"DO $$ BEGIN\n    CREATE TYPE {kind} AS ENUM ({states});\nEXCEPTION\n    WHEN duplicate_object THEN null;\nEND $$;\n"
        if exists
        else f"CREATE TYPE {kind} AS ENUM ({states});\n"
    )
    return f"""\
-- {thing.table.capitalize()} of a workspace.
{enum}
CREATE TABLE {exists}public.{thing.table} (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workspace_id UUID NOT NULL REFERENCES public.workspaces(id) ON DELETE CASCADE,
{parent}    created_by UUID DEFAULT auth.uid() REFERENCES auth.users(id) ON DELETE SET NULL,
    {thing.title} VARCHAR(255) NOT NULL,
    state {kind} NOT NULL DEFAULT '{thing.states[0]}',
    {thing.amount} NUMERIC(12, 2) DEFAULT 0,
    metadata JSONB DEFAULT '{{}}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ
);

ALTER TABLE public.{thing.table} ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE public.{thing.table} IS 'The {thing.table} of a workspace; {thing.amount} is in the workspace''s currency.';
"""


def _protect(thing: Thing) -> str:
    table = thing.table
    if thing.hand == 0:
        return f"""\
create policy "Members can view {table}" on {table} for select using (workspace_id in (select my_workspaces()));
create policy "Members can add {table}" on {table} for insert with check (workspace_id in (select my_workspaces()));
create policy "Authors can change {table}" on {table} for update using (auth.uid() = created_by);
create policy "Admins can delete {table}" on {table} for delete using (has_role(workspace_id, 'admin'));
create index {table}_workspace_id_idx on {table} (workspace_id);
create trigger touch_{table} before update on {table} for each row execute procedure touch_updated_at();
"""
    drop = "".join(
        f'DROP POLICY IF EXISTS "{table}_{verb}" ON public.{table};\n'
        for verb in ("select", "insert", "update", "delete")
    )
    return f"""\
{drop if thing.hand == 2 else ""}CREATE POLICY "{table}_select" ON public.{table} FOR SELECT TO authenticated
    USING (workspace_id IN (SELECT public.my_workspaces()));
CREATE POLICY "{table}_insert" ON public.{table} FOR INSERT TO authenticated
    WITH CHECK (workspace_id IN (SELECT public.my_workspaces()) AND created_by = auth.uid());
CREATE POLICY "{table}_update" ON public.{table} FOR UPDATE TO authenticated
    USING (created_by = (SELECT auth.uid()) OR public.has_role(workspace_id, 'admin'))
    WITH CHECK (workspace_id IN (SELECT public.my_workspaces()));
CREATE POLICY "{table}_delete" ON public.{table} FOR DELETE TO authenticated
    USING (public.has_role(workspace_id, 'admin'));
CREATE INDEX IF NOT EXISTS idx_{table}_workspace ON public.{table}(workspace_id, created_at DESC);
DROP TRIGGER IF EXISTS touch_{table} ON public.{table};
CREATE TRIGGER touch_{table} BEFORE UPDATE ON public.{table}
    FOR EACH ROW EXECUTE FUNCTION public.touch_updated_at();
"""


def _extend(thing: Thing) -> str:
    table = thing.table
    if thing.hand == 0:
        return f"""\
alter table {table} add column archived_at timestamptz, add column tags text[] not null default '{{}}';
update {table} set archived_at = updated_at where state = '{thing.states[-1]}' and archived_at is null;
create index {table}_tags_idx on {table} using gin (tags);
alter table {table} alter column {thing.amount} set default 0;
update {table} set {thing.amount} = 0 where {thing.amount} is null;
alter table {table} alter column {thing.amount} set not null;
"""
    if thing.hand == 1:
        return f"""\
ALTER TABLE public.{table}
    ADD COLUMN archived_at TIMESTAMPTZ,
    ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TYPE public.{thing.one}_state ADD VALUE IF NOT EXISTS 'archived';
ALTER TABLE public.{table} ADD CONSTRAINT {table}_{thing.amount}_check CHECK ({thing.amount} >= 0) NOT VALID;
ALTER TABLE public.{table} VALIDATE CONSTRAINT {table}_{thing.amount}_check;
CREATE INDEX IF NOT EXISTS idx_{table}_active ON public.{table}(workspace_id, position) WHERE archived_at IS NULL;
"""
    return f"""\
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = '{table}' AND column_name = 'archived_at'
    ) THEN
        ALTER TABLE public.{table} ADD COLUMN archived_at TIMESTAMPTZ;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{table}_amount_positive') THEN
        ALTER TABLE public.{table} ADD CONSTRAINT {table}_amount_positive CHECK ({thing.amount} >= 0);
    END IF;
END $$;
ALTER TABLE public.{table} ADD COLUMN IF NOT EXISTS search TSVECTOR
    GENERATED ALWAYS AS (to_tsvector('english', coalesce({thing.title}, ''))) STORED;
CREATE INDEX IF NOT EXISTS idx_{table}_search ON public.{table} USING GIN (search);
"""


def _report(thing: Thing) -> str:
    table, one = thing.table, thing.one
    if thing.hand == 0:
        return f"""\
create or replace view {table}_overview with (security_invoker = on) as
select x.id, x.workspace_id, x.{thing.title}, x.state, p.username as author
from {table} x left join profiles p on p.id = x.created_by
where x.archived_at is null;
create or replace function {table}_by_state(workspace uuid)
returns table (state text, rows bigint, sum numeric) language sql stable as $$
  select x.state, count(*), sum(x.{thing.amount}) from {table} x where x.workspace_id = workspace group by 1 order by 2 desc
$$;
"""
    return f"""\
CREATE OR REPLACE FUNCTION public.set_{one}_state(target UUID, new_state public.{one}_state)
RETURNS public.{table}
LANGUAGE plpgsql
AS $$
DECLARE
    changed public.{table};
BEGIN
    UPDATE public.{table} SET state = new_state, archived_at = CASE WHEN new_state::text = '{thing.states[-1]}' THEN now() END
    WHERE id = target
    RETURNING * INTO changed;
    IF NOT FOUND THEN
        RAISE EXCEPTION '{one} % not found', target USING ERRCODE = 'P0002';
    END IF;
    RETURN changed;
END;
$$;
GRANT EXECUTE ON FUNCTION public.set_{one}_state(UUID, public.{one}_state) TO authenticated;
CREATE OR REPLACE VIEW public.{table}_overview WITH (security_invoker = true) AS
    SELECT x.id, x.workspace_id, x.{thing.title}, x.state, x.{thing.amount}, p.username AS author
    FROM public.{table} x LEFT JOIN public.profiles p ON p.id = x.created_by;
"""


def _revise(thing: Thing) -> str:
    table, title = thing.table, thing.title
    if thing.hand == 0:
        return f"""\
drop policy "Authors can change {table}" on {table};
create policy "Authors and admins can change {table}" on {table} for update to authenticated
  using ((select auth.uid()) = created_by or has_role(workspace_id, 'admin'))
  with check (workspace_id in (select my_workspaces()));
drop view {table}_overview;
alter table {table} rename column {title} to display_{title};
create view {table}_overview with (security_invoker = on) as
select id, workspace_id, display_{title}, state from {table} where archived_at is null;
"""
    if thing.hand == 1:
        return f"""\
-- The state becomes text: enum labels cannot be removed.
DROP VIEW public.{table}_overview;
DROP FUNCTION public.set_{thing.one}_state(UUID, public.{thing.one}_state);
ALTER TABLE public.{table} ALTER COLUMN state DROP DEFAULT;
ALTER TABLE public.{table} ALTER COLUMN state TYPE TEXT USING state::text;
ALTER TABLE public.{table} ALTER COLUMN state SET DEFAULT '{thing.states[0]}';
DROP TYPE public.{thing.one}_state;
ALTER TABLE public.{table} ALTER COLUMN {title} TYPE TEXT;
CREATE VIEW public.{table}_overview WITH (security_invoker = true) AS
    SELECT id, workspace_id, {title}, state, {thing.amount} FROM public.{table} WHERE archived_at IS NULL;
"""
    return f"""\
ALTER TABLE public.{table} DROP COLUMN IF EXISTS metadata;
ALTER TABLE public.{table} ADD COLUMN IF NOT EXISTS external_id TEXT;
CREATE UNIQUE INDEX IF NOT EXISTS {table}_external_id_key ON public.{table}(workspace_id, external_id) WHERE external_id IS NOT NULL;
CREATE OR REPLACE FUNCTION public.import_{table}(workspace UUID, rows JSONB) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    imported INTEGER := 0;
    item JSONB;
BEGIN
    IF NOT public.has_role(workspace, 'admin') THEN
        RAISE EXCEPTION 'only admins import';
    END IF;
    FOR item IN SELECT value FROM jsonb_array_elements(rows) LOOP
        INSERT INTO public.{table} AS t (workspace_id, {title}, external_id)
        VALUES (workspace, item ->> 'title', item ->> 'id')
        ON CONFLICT (workspace_id, external_id) WHERE external_id IS NOT NULL
        DO UPDATE SET {title} = EXCLUDED.{title}, updated_at = now();
        imported := imported + 1;
    END LOOP;
    RETURN imported;
END;
$$;
"""


def _relate(thing: Thing) -> str:
    table = thing.table
    indexed = (
        f"create index {table}_{thing.parent[:-1]}_id_idx on public.{table} ({thing.parent[:-1]}_id);\n"
        if thing.parent
        else ""
    )
    return f"""\
{indexed}create table if not exists public.{table}_watchers (
  {thing.one}_id uuid not null references public.{table} (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  since timestamptz not null default now(),
  primary key ({thing.one}_id, user_id)
);
create index if not exists {table}_watchers_user_id_idx on public.{table}_watchers (user_id);
alter table public.{table}_watchers enable row level security;
create policy "own watches" on public.{table}_watchers for all to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
alter publication supabase_realtime add table public.{table};
"""


def _retire(thing: Thing) -> str:
    return f"""\
drop table if exists public.{thing.table}_watchers cascade;
alter table public.{thing.table} alter column updated_at set default now();
alter table public.{thing.table} alter column workspace_id set not null;
create or replace function public.archive_{thing.table}(before timestamptz) returns bigint language plpgsql as $$
declare
  n bigint;
begin
  with gone as (
    update public.{thing.table} set archived_at = now() where archived_at is null and created_at < before returning 1
  )
  select count(*) into n from gone;
  return n;
end $$;
"""


def list_files() -> Iterator[tuple[str, str]]:
    """Yield the 150 files in their order, each as name and text."""
    steps = {
        "create": _create,
        "policies_for": _protect,
        "extend": _extend,
        "watch": _relate,
        "report_on": _report,
        "revise": _revise,
        "retire_watchers_of": _retire,
    }
    texts = list(FOUNDATION.items())
    # The tables overlap: while one is created, the one before it is already being changed.
    for total in range(len(THINGS) + len(steps)):
        for age, (verb, write) in reversed(list(enumerate(steps.items()))):
            born = total - age
            if 0 <= born < len(THINGS):
                texts.append((f"{verb}_{THINGS[born].table}", write(THINGS[born])))
    texts += CLOSING.items()
    for number, (name, text) in enumerate(texts):
        month, day = divmod(number % 50, 5)
        yield (
            f"{2021 + number // 50}{month + 1:02}{day * 6 + 1:02}{number % 24:02}{number % 60:02}00_{name}.sql",
            text,
        )


def write(folder: Path) -> None:
    """Write the files into a folder."""
    for name, text in list_files():
        (folder / name).write_text(text, "utf-8")
