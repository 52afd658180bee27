alter table public.profiles add column if not exists bio text;
alter table public.profiles add constraint bio_length check (char_length(bio) <= 500);
comment on column public.profiles.bio is 'Shown on the public page.';
