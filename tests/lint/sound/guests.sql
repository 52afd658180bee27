-- Guests: a cart belongs to a user, or to the session in a header. An answer to a public survey may have no owner.
create table public.carts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users (id) on delete cascade,
  session_id text,
  check (num_nonnulls(user_id, session_id) = 1)
);
create index carts_user_id_idx on public.carts (user_id);
create index carts_session_id_idx on public.carts (session_id);
alter table public.carts enable row level security;
grant select, insert, update, delete on public.carts to anon, authenticated;
create policy guest on public.carts to anon
  using (
    user_id is null
    and session_id = (select nullif(current_setting('request.headers', true), '')::json ->> 'x-session-id')
  );
create policy mine on public.carts to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create table public.surveys (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  is_public boolean not null default false
);
create index surveys_owner_id_idx on public.surveys (owner_id);
create table public.answers (
  id bigint generated always as identity primary key,
  survey_id uuid not null references public.surveys (id) on delete cascade,
  user_id uuid references auth.users (id) on delete set null,
  data jsonb not null
);
create index answers_survey_id_idx on public.answers (survey_id);
create index answers_user_id_idx on public.answers (user_id);
alter table public.surveys enable row level security;
alter table public.answers enable row level security;
grant select on public.surveys to anon, authenticated;
grant insert, update, delete on public.surveys to authenticated;
grant insert on public.answers to anon, authenticated;
grant select on public.answers to authenticated;
create policy published on public.surveys for select to anon using (is_public);
create policy published_or_own on public.surveys for select to authenticated
  using (is_public or owner_id = (select auth.uid()));
create policy own_insert on public.surveys for insert to authenticated with check (owner_id = (select auth.uid()));
create policy own_update on public.surveys for update to authenticated using (owner_id = (select auth.uid()));
create policy own_delete on public.surveys for delete to authenticated using (owner_id = (select auth.uid()));
create policy answer on public.answers for insert to anon, authenticated
  with check (
    user_id is not distinct from (select auth.uid())
    and exists (select from public.surveys s where s.id = survey_id and s.is_public)
  );
create policy owners_read on public.answers for select to authenticated
  using (exists (select from public.surveys s where s.id = survey_id and s.owner_id = (select auth.uid())));
