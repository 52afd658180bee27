create table public.plans (
  code text primary key,
  name text not null,
  monthly_price numeric(8, 2) not null
);
alter table public.plans enable row level security;
create policy "Plans are public" on public.plans for select to anon, authenticated using (true);

insert into public.plans (code, name, monthly_price)
values ('free', 'Free', 0), ('team', 'Team', 12), ('business', 'Business', 29.5)
on conflict (code) do update set name = excluded.name, monthly_price = excluded.monthly_price;
