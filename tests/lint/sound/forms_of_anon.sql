-- Public forms: anonymous users may insert a message, and read no messages.
create table public.contact_requests (
  id bigint generated always as identity primary key,
  email text not null check (email like '%_@_%'),
  message text not null check (char_length(message) <= 4000),
  handled boolean not null default false,
  created_at timestamptz not null default now()
);
alter table public.contact_requests enable row level security;
grant insert (email, message) on public.contact_requests to anon, authenticated;
grant all on public.contact_requests to service_role;
create policy "Anybody may write to us" on public.contact_requests for insert to anon, authenticated
  with check (handled = false);

create table public.newsletter (
  email text primary key,
  confirmed_at timestamptz
);
alter table public.newsletter enable row level security;
grant insert (email) on public.newsletter to anon;
create policy subscribe on public.newsletter for insert to anon with check (confirmed_at is null);
