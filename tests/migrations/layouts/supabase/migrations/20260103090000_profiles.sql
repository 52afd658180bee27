create table profiles (id uuid primary key, name text);
alter table profiles enable row level security;
create policy own on profiles for select using (true);
