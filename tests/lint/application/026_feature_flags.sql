-- Feature flags: for everybody, for a share of the organisations, or for some.
create table public.feature_flags (
  name text primary key,
  enabled boolean not null default false,
  share numeric(3,2) not null default 0 check (share >= 0 and share <= 1),
  orgs uuid[] not null default '{}',
  starts_on date, ends_on date,
  note varchar(200),
  constraint feature_flags_dates check (starts_on is null or ends_on is null or (starts_on, ends_on) overlaps (ends_on, ends_on + 1) or starts_on <= ends_on)
);
alter table public.feature_flags enable row level security;
create policy flags_are_public on public.feature_flags for select using (true);
create policy flags_are_ours on public.feature_flags for all to service_role using (true) with check (true);
grant select on public.feature_flags to anon, authenticated;
grant all on public.feature_flags to service_role;

create or replace function public.has_feature(feature text, org uuid) returns boolean
language sql stable as $$
  select coalesce(bool_or(
    f.enabled
    and current_date <@ daterange(f.starts_on, f.ends_on, '[]')
    and (org = any (f.orgs) or f.share >= abs(hashtext(f.name || org::text)) % 100 / 100.0)
  ), false)
  from feature_flags f where f.name = feature
$$;

with wanted (name, share, note) as (
  values ('threads', 0.5, 'Replies in channels'), ('rooms', 1, null), ('ai_summaries', 0, E'off until the DPA is signed\t(see legal)')
)
merge into public.feature_flags as f
using wanted as w on f.name = w.name
when matched and f.note is distinct from w.note then update set note = w.note, share = greatest(f.share, w.share)
when matched then do nothing
when not matched then insert (name, enabled, share, note) values (w.name, w.share > 0, w.share, w.note);

-- typos in the admin console
create extension if not exists fuzzystrmatch;
select f.name from public.feature_flags f where levenshtein(f.name, 'thraeds') between 1 and 2;

-- values that clients read as one JSON document
create function public.flags(org uuid default null) returns jsonb language sql stable
begin atomic
  select jsonb_object_agg(f.name, jsonb_build_object('on', f.enabled, 'share', f.share)) from public.feature_flags f
  where org is null or org = any (f.orgs) or cardinality(f.orgs) = 0;
end;
select flags() -> 'threads' ->> 'on', jsonb_path_query_first(flags(), '$.rooms.share') , f.key, f.value['on']
from jsonb_each(flags()) as f where f.value ? 'on' and flags(org => gen_random_uuid()) @> '{}';
