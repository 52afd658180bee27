-- Custom SQL migration file, put your code below! --> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "users" ADD COLUMN "name" text;
EXCEPTION
 WHEN duplicate_column THEN null;
END $$
--> statement-breakpoint
INSERT INTO "users" ("name") VALUES ('Ada')
