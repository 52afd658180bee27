DO $$ BEGIN
 CREATE TYPE "public"."role" AS ENUM('admin', 'user');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
CREATE TABLE IF NOT EXISTS "users" (
	"id" serial PRIMARY KEY NOT NULL,
	"name" text,
	"role" "role" DEFAULT 'user' NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "users_name_unique" UNIQUE("name")
);
CREATE TABLE "posts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"author_id" integer,
	"title" varchar(256) NOT NULL,
	"search" "tsvector" GENERATED ALWAYS AS (to_tsvector('english', "posts"."title")) STORED
);
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
-- refused
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
DO $$ BEGIN
 ALTER TABLE "posts" ADD CONSTRAINT "posts_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
CREATE INDEX "title_idx" ON "posts" USING btree ("title");
-- refused
CREATE UNIQUE INDEX "title_idx" ON "posts" USING btree ("title");
CREATE INDEX "search_idx" ON "posts" USING gin ("search");
-- refused
CREATE INDEX "title_trgm" ON "posts" USING gin ("title" gin_trgm_ops);
CREATE INDEX "lower_title" ON "posts" USING btree (lower("title") text_pattern_ops,"author_id" DESC NULLS LAST);
ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE text;
-- refused
DROP TYPE "public"."role";
ALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT;
DROP TYPE "public"."role";
CREATE TYPE "public"."role" AS ENUM('owner', 'member');
-- refused
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'user'::"public"."role";
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'member'::"public"."role";
ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE "public"."role" USING "role"::"public"."role";
-- refused
ALTER TABLE "users" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);
ALTER TABLE "users" ALTER COLUMN "id" DROP DEFAULT;
DROP SEQUENCE "users_id_seq";
ALTER TABLE "users" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (sequence name "users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);
ALTER TABLE "users" ADD COLUMN "email" text NOT NULL;
ALTER TABLE "users" ADD CONSTRAINT "users_email_unique" UNIQUE("email");
-- refused
ALTER TABLE "users" ADD CONSTRAINT "users_email_unique" UNIQUE("email");
ALTER TABLE "users" ADD CONSTRAINT "email_check" CHECK ("users"."email" LIKE '%@%');
-- refused
ALTER TABLE "users" ADD CONSTRAINT "age_check" CHECK ("users"."age" > 21);
-- refused
INSERT INTO "users" ("id", "name", "email") VALUES (1, 'a', 'a@b');
INSERT INTO "users" ("name", "email") VALUES ('a', 'a@b') ON CONFLICT ("email") DO UPDATE SET "name" = excluded.name;
-- refused
INSERT INTO "users" ("name", "email") VALUES ('a', 'ab');
-- refused
INSERT INTO "users" ("name", "email", "role") VALUES ('b', 'b@b', 'admin');
-- refused
INSERT INTO "users" ("name", "email") VALUES ('c', 'c@b') ON CONFLICT ("name", "email") DO NOTHING;
CREATE TABLE "tags" ("post_id" uuid NOT NULL, "tag" text NOT NULL, CONSTRAINT "tags_post_id_tag_pk" PRIMARY KEY("post_id","tag"));
ALTER TABLE "tags" ADD CONSTRAINT "tags_post_fk" FOREIGN KEY ("post_id") REFERENCES "public"."posts"("id") ON DELETE cascade;
ALTER TABLE "tags" DROP CONSTRAINT "tags_post_id_tag_pk";
-- refused
ALTER TABLE "tags" ADD CONSTRAINT "tags_pk" PRIMARY KEY("post_id","tag","lang");
ALTER TABLE "tags" ADD COLUMN "lang" text DEFAULT 'en' NOT NULL;
ALTER TABLE "tags" ADD CONSTRAINT "tags_pk" PRIMARY KEY("post_id","tag","lang");
CREATE VIEW "public"."post_tags" AS (select "posts"."id", "title", array_agg("tag") as "tags" from "posts" left join "tags" on "tags"."post_id" = "posts"."id" group by "posts"."id");
-- refused
CREATE VIEW "public"."bad_tags" AS (select "posts"."id", "tags"."lang", count(*) from "posts" left join "tags" on "tags"."post_id" = "posts"."id" group by "posts"."id");
CREATE MATERIALIZED VIEW "public"."tag_counts" AS (select "tag", count(*) as "n" from "tags" group by "tag");
-- refused
REFRESH MATERIALIZED VIEW CONCURRENTLY "public"."tag_counts";
CREATE UNIQUE INDEX ON "tag_counts" ("tag");
REFRESH MATERIALIZED VIEW CONCURRENTLY "public"."tag_counts";
-- refused
ALTER TABLE "posts" DROP COLUMN "title";
-- refused
ALTER TABLE "posts" ALTER COLUMN "title" SET DATA TYPE text;
DROP VIEW "public"."post_tags";
-- refused
ALTER TABLE "posts" ALTER COLUMN "title" SET DATA TYPE text;
ALTER TABLE "posts" drop column "search";
-- refused
ALTER TABLE "posts" ADD COLUMN "search" "tsvector" GENERATED ALWAYS AS (to_tsvector("posts"."title")) STORED;
ALTER TABLE "posts" ENABLE ROW LEVEL SECURITY;
-- refused
CREATE POLICY "own" ON "posts" AS PERMISSIVE FOR ALL TO public USING ("posts"."author" = 1);
CREATE POLICY "own" ON "posts" AS PERMISSIVE FOR ALL TO public USING ("posts"."author_id" = 1);
-- refused
ALTER POLICY "own" ON "posts" TO public WITH CHECK ("author_id" = 'x');
DROP POLICY "own" ON "posts" CASCADE;
ALTER TABLE "posts" RENAME COLUMN "author_id" TO "user_id";
-- refused
CREATE INDEX "author_idx" ON "posts" ("author_id");
-- refused
DROP TABLE "users";
DROP TABLE "users" CASCADE;
-- refused
ALTER TABLE "posts" DROP CONSTRAINT "posts_author_id_users_id_fk";
