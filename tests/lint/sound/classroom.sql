-- Classroom: teachers manage their classes, students read their own classes; helper functions avoid recursion.
create schema if not exists private;
grant usage on schema private to authenticated;
create table public.classes (
  id uuid primary key default gen_random_uuid(),
  teacher_id uuid not null references auth.users (id),
  name text not null
);
create index classes_teacher_id_idx on public.classes (teacher_id);
create table public.enrollments (
  class_id uuid references public.classes (id) on delete cascade,
  student_id uuid references auth.users (id) on delete cascade,
  primary key (class_id, student_id)
);
create index enrollments_student_id_idx on public.enrollments (student_id);
alter table public.classes enable row level security;
alter table public.enrollments enable row level security;
grant select, insert, update, delete on public.classes, public.enrollments to authenticated;
create function private.teaches(class uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select 1 from classes where id = class and teacher_id = auth.uid());
end
$$;
create policy see on public.classes for select to authenticated
  using (
    teacher_id = (select auth.uid())
    or exists (select 1 from public.enrollments e where e.class_id = classes.id and e.student_id = (select auth.uid()))
  );
create policy open_class on public.classes for insert to authenticated with check (teacher_id = (select auth.uid()));
create policy change on public.classes for update to authenticated using (teacher_id = (select auth.uid()));
create policy close on public.classes for delete to authenticated using (teacher_id = (select auth.uid()));
create policy see on public.enrollments for select to authenticated
  using (student_id = (select auth.uid()) or private.teaches(class_id));
create policy enroll on public.enrollments for insert to authenticated with check (private.teaches(class_id));
create policy dismiss on public.enrollments for delete to authenticated using (private.teaches(class_id));
