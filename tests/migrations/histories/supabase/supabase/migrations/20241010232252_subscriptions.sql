alter table public.organizations add column plan text not null default 'free' references public.plans (code);

create table public.subscriptions (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  plan text not null references public.plans (code),
  renews_on date
);
alter table public.subscriptions enable row level security;

create policy subscriptions_select_member on public.subscriptions
  for select to authenticated
  using (public.is_org_member(organization_id));
