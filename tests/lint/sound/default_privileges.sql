-- Default privileges: client roles get no privilege on new objects in public. Notes belong to their owner.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated;
alter default privileges in schema public grant all on tables to service_role;

CREATE TABLE "public"."notes" (
    "id" uuid DEFAULT gen_random_uuid() NOT NULL,
    "user_id" uuid DEFAULT "auth"."uid"() NOT NULL,
    "content" text DEFAULT ''::text NOT NULL,
    "updated_at" timestamp with time zone DEFAULT "now"() NOT NULL,
    CONSTRAINT "notes_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "auth"."users"("id") ON DELETE CASCADE
);
CREATE INDEX "notes_user_id_updated_at_idx" ON "public"."notes" USING "btree" ("user_id", "updated_at" DESC);
ALTER TABLE "public"."notes" ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "public"."notes" TO "authenticated";
CREATE POLICY "Enable read access for own rows" ON "public"."notes" FOR SELECT TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id"));
CREATE POLICY "Enable insert for own rows" ON "public"."notes" FOR INSERT TO "authenticated" WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "user_id"));
CREATE POLICY "Enable update for own rows" ON "public"."notes" FOR UPDATE TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id")) WITH CHECK ((( SELECT "auth"."uid"() AS "uid") = "user_id"));
CREATE POLICY "Enable delete for own rows" ON "public"."notes" FOR DELETE TO "authenticated" USING ((( SELECT "auth"."uid"() AS "uid") = "user_id"));

CREATE FUNCTION "public"."touch"() RETURNS trigger
    LANGUAGE "plpgsql" SET "search_path" TO ''
    AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END; $$;
CREATE TRIGGER "notes_touch" BEFORE UPDATE ON "public"."notes" FOR EACH ROW EXECUTE FUNCTION "public"."touch"();
