alter table public.profiles rename column website to homepage;
