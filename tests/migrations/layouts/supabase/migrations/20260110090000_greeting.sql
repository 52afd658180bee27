create function greeting(who text) returns text language sql immutable as $$
-- migrate:down
select 'hello ' || who;
$$;
/* -- +goose Down
-- migrate:down
drop table profiles; */
alter table profiles add column greeting text generated always as (greeting(name)) stored;
