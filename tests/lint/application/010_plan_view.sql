-- What members may know of their subscription.
create view public.my_subscription as
select s.org_id, p.label as plan, s.state, upper(s.period) as ends_at,
       (p.monthly).amount, (p.monthly).currency,
       p.seats - count(m.user_id) over (partition by s.org_id) as seats_left
from billing.subscriptions s
join billing.plans p on p.code = s.plan
left join public.members m using (org_id)
where s.org_id in (select app.my_orgs());

grant select on public.my_subscription to authenticated;

create or replace function public.seats_left(org uuid) returns integer as $$
declare
  plan billing.plans;
  used int;
begin
  select p.* into plan
  from billing.plans p join billing.subscriptions s on s.plan = p.code
  where s.org_id = org;
  if not found or plan.seats is null then
    return null;
  end if;
  select count(*) into strict used from members where org_id = org;
  return greatest(plan.seats - used, 0);
end
$$ language plpgsql security definer;

grant execute on function public.seats_left to authenticated;

-- more members than seats: no
create function app.enforce_seats() returns trigger language plpgsql as $$
begin
  if public.seats_left(new.org_id) = 0 then
    raise exception using
      errcode = 'check_violation',
      message = format('organisation %s has no seat left', new.org_id),
      hint = 'Choose a bigger plan.';
  end if;
  return new;
end $$;
create trigger enforce_seats before insert on members for each row execute function app.enforce_seats();
