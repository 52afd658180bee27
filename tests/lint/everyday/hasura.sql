CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE TABLE "public"."users" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "email" text NOT NULL, "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), PRIMARY KEY ("id") , UNIQUE ("email"));
CREATE OR REPLACE FUNCTION "public"."set_current_timestamp_updated_at"()
RETURNS TRIGGER AS $$
DECLARE
  _new record;
BEGIN
  _new := NEW;
  _new."updated_at" = NOW();
  RETURN _new;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER "set_public_users_updated_at"
BEFORE UPDATE ON "public"."users"
FOR EACH ROW
EXECUTE PROCEDURE "public"."set_current_timestamp_updated_at"();
COMMENT ON TRIGGER "set_public_users_updated_at" ON "public"."users"
IS 'trigger to set value of column "updated_at" to current timestamp on row update';
-- refused
COMMENT ON TRIGGER "set_public_user_updated_at" ON "public"."users" IS 'x';
CREATE TABLE "public"."roles" ("value" text NOT NULL, "comment" text NOT NULL, PRIMARY KEY ("value"));
INSERT INTO "public"."roles"("value", "comment") VALUES (E'admin', E'Admin');
-- refused
INSERT INTO "public"."roles"("value", "comment") VALUES (E'user', null);
alter table "public"."users" add column "role" text not null default 'user';
-- refused
alter table "public"."users" add constraint "users_role_fkey" foreign key ("role") references "public"."roles" ("name") on update restrict on delete restrict;
alter table "public"."users" add constraint "users_role_fkey" foreign key ("role") references "public"."roles" ("value") on update restrict on delete restrict;
alter table "public"."users" drop constraint "users_role_fkey", add constraint "users_role_fkey" foreign key ("role") references "public"."roles" ("value") on update cascade on delete restrict;
-- refused
alter table "public"."users" drop constraint "users_roles_fkey";
alter table "public"."users" alter column "email" drop not null;
-- refused
alter table "public"."users" alter column "id" drop not null;
-- refused
alter table "public"."users" add constraint "users_email_key" unique ("email");
alter table "public"."users" drop constraint "users_email_key";
alter table "public"."users" add constraint "users_email_role_key" unique ("email", "role");
alter table "public"."users" rename column "email" to "mail";
-- refused
alter table "public"."users" rename column "email" to "mail";
CREATE TABLE "public"."orders" ("id" serial NOT NULL, "user_id" uuid NOT NULL, "amount" numeric NOT NULL, "payload" jsonb NOT NULL DEFAULT jsonb_build_object(), PRIMARY KEY ("id") , FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON UPDATE restrict ON DELETE cascade);
-- refused
CREATE TABLE "public"."order" ("id" serial NOT NULL, "user_id" integer NOT NULL, PRIMARY KEY ("id") , FOREIGN KEY ("user_id") REFERENCES "public"."users"("id"));
alter table "public"."orders" add column "total" numeric null generated always as ("amount" * 1.19) stored;
-- refused
alter table "public"."orders" add column "label" text null generated always as ('order ' || "id" || to_char(now(), 'YYYY')) stored;
-- refused
alter table "public"."orders" alter column "total" set default 0;
CREATE INDEX "orders_user_id_key" on "public"."orders" using btree ("user_id");
DROP INDEX IF EXISTS "public"."orders_user_key";
-- refused
DROP INDEX "public"."orders_user_key";
CREATE OR REPLACE VIEW "public"."user_totals" AS SELECT users.id, users.mail, sum(orders.amount) AS amount FROM (users LEFT JOIN orders ON ((orders.user_id = users.id))) GROUP BY users.id;
-- refused
CREATE OR REPLACE VIEW "public"."user_total" AS SELECT users.id, users.email, sum(orders.amount) AS amount FROM (users LEFT JOIN orders ON ((orders.user_id = users.id))) GROUP BY users.id;
CREATE OR REPLACE FUNCTION public.user_order_count(user_row users) RETURNS bigint LANGUAGE sql STABLE AS $function$ SELECT count(*) FROM orders WHERE user_id = user_row.id $function$;
CREATE OR REPLACE FUNCTION public.user_order_sum(user_row users) RETURNS bigint LANGUAGE sql STABLE AS $function$ SELECT sum(total) FROM orders WHERE user_id = user_row.id $function$;
-- refused
CREATE OR REPLACE FUNCTION public.user_order_sum(user_row users) RETURNS numeric LANGUAGE sql STABLE AS $function$ SELECT sum(total) FROM orders WHERE user_id = user_row.uuid $function$;
-- refused
CREATE OR REPLACE FUNCTION public.user_order_sum(user_row users) RETURNS numeric LANGUAGE sql STABLE AS $function$ SELECT sum(total) FROM orders WHERE user_id = user_row.id $function$;
CREATE FUNCTION search_users(search text) RETURNS SETOF users LANGUAGE sql STABLE AS $$ SELECT * FROM users WHERE mail ilike ('%' || search || '%') $$;
-- refused
CREATE FUNCTION search_user(search text) RETURNS SETOF users LANGUAGE sql STABLE AS $$ SELECT id, mail FROM users WHERE mail ilike ('%' || search || '%') $$;
CREATE TABLE "public"."audit" ("id" bigserial NOT NULL, "row" jsonb NOT NULL, "at" timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE OR REPLACE FUNCTION public.audit_row() RETURNS trigger LANGUAGE plpgsql AS $function$ BEGIN IF (TG_OP = 'DELETE') THEN INSERT INTO audit ("row") VALUES (to_jsonb(OLD)); RETURN OLD; END IF; INSERT INTO audit ("row") VALUES (to_jsonb(NEW)); RETURN NEW; END; $function$;
CREATE TRIGGER audit_orders AFTER INSERT OR UPDATE OR DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION audit_row();
-- refused
CREATE TRIGGER audit_orders AFTER INSERT ON public.orders FOR EACH STATEMENT EXECUTE FUNCTION audit_rows();
-- refused
DROP TRIGGER audit_order ON public.orders;
-- refused
DROP FUNCTION public.audit_row();
DROP FUNCTION public.user_order_count;
DROP VIEW "public"."user_totals";
-- refused
alter table "public"."orders" drop column "amount";
alter table "public"."orders" drop column "amount" cascade;
-- refused
INSERT INTO orders (user_id, total) SELECT id, 1 FROM users;
-- refused
DELETE FROM users WHERE id IN (SELECT users_id FROM orders);
DELETE FROM users WHERE id IN (SELECT user_id FROM orders);
-- refused
UPDATE users u SET role = r.value FROM roles r WHERE u.role = r.value AND r.comments IS NULL;
-- refused
TRUNCATE users;
TRUNCATE users CASCADE;
-- refused
DROP TABLE "public"."roles";
