alter table public.tasks alter column position set default 1;
update public.tasks set position = 1 where position = 0;
