create table "migrations" ("id" serial primary key not null, "migration" varchar(255) not null, "batch" integer not null);
create table "users" ("id" bigserial not null primary key, "name" varchar(255) not null, "email" varchar(255) not null, "email_verified_at" timestamp(0) without time zone null, "created_at" timestamp(0) without time zone null, "kind" varchar(255) check ("kind" in ('person', 'firm')) not null default 'person');
alter table "users" add constraint "users_email_unique" unique ("email");
create table "teams" ("id" bigserial not null primary key, "user_id" bigint not null, "name" varchar(255) not null, "options" json null);
alter table "teams" add constraint "teams_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;
create table "team_user" ("team_id" bigint not null, "user_id" bigint not null, "role" varchar(255) null);
alter table "team_user" add primary key ("team_id", "user_id");
-- refused
create index "teams_options_index" on "teams" ("options");
-- refused
create index "teams_options_index" on "teams" using gin ("options");
alter table "teams" alter column "options" type jsonb using "options"::jsonb;
create index "teams_options_index" on "teams" using gin ("options");
alter table "users" drop constraint "users_kind_check";
alter table "users" add constraint "users_kind_check" check ("kind" in ('person', 'firm'));
alter table "users" alter column "kind" set default 'person';
-- refused
alter table "users" add constraint "users_kind_check" check ("kind" in ('person', 'firm'));
alter table "users" add column "deleted_at" timestamp(0) without time zone null, add column "team_id" bigint null;
-- refused
alter table "users" add constraint "users_team_fk" foreign key ("team_id") references "team_user" ("team_id");
alter table "users" add constraint "users_team_fk" foreign key ("team_id") references "teams" ("id");
alter table "team_user" drop constraint "team_user_pkey";
alter table "team_user" add column "id" bigserial primary key;
-- refused
insert into "team_user" ("team_id", "user_id") values (1, 2) on conflict ("team_id", "user_id") do nothing;
create unique index "team_user_pair" on "team_user" ("team_id", "user_id");
insert into "team_user" ("team_id", "user_id") values (1, 2) on conflict ("team_id", "user_id") do update set "role" = "excluded"."role";
-- refused
insert into "team_user" ("team_id", "user_id") values (1, 2) on conflict ("team_id", "user_id") do update set "rank" = "excluded"."role";
select "users"."id", "users"."name", count("team_user"."team_id") as "teams_count" from "users" left join "team_user" on "team_user"."user_id" = "users"."id" group by "users"."id" order by "teams_count" desc;
-- refused
select "users"."name", "teams"."name", count(*) from "users" join "teams" on "teams"."user_id" = "users"."id" group by "users"."id";
-- refused
select "role", count(*) as aggregate from "team_user" where count(*) > 1 group by "role";
select "role", count(*) as aggregate from "team_user" group by "role" having count(*) > 1;
-- refused
select distinct "name" from "users" order by "created_at" desc;
select * from "users" where "id" in (select "user_id" from "team_user") and "email_verified_at" is not null for update skip locked;
-- refused
select count(*) from "users" for update;
alter table "teams" rename to "groups";
alter index "teams_options_index" rename to "groups_options_index";
-- refused
alter table "team_user" add constraint "team_user_team_fk" foreign key ("team_id") references "teams" ("id");
alter table "team_user" add constraint "team_user_team_fk" foreign key ("team_id") references "groups" ("id") not valid;
-- refused
alter table "users" drop column "email_verified_att";
alter table "users" drop column if exists "email_verified_att";
-- refused
drop index "users_email_unique";
alter table "users" drop constraint "users_email_unique";
drop table if exists "groups" cascade;
-- refused
drop table "groups";
