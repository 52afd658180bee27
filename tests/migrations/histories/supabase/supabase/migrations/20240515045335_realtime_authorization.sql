-- Private channels: org:<id>
create policy "Members can listen to their organization" on realtime.messages
  for select to authenticated
  using (
    realtime.messages.extension in ('broadcast', 'presence')
    and public.is_org_member(nullif(split_part((select realtime.topic()), ':', 2), '')::uuid)
  );
create policy "Members can send to their organization" on realtime.messages
  for insert to authenticated
  with check (
    realtime.messages.extension = 'broadcast'
    and public.is_org_member(nullif(split_part((select realtime.topic()), ':', 2), '')::uuid)
  );
