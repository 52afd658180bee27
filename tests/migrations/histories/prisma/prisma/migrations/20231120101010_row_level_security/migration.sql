-- Written by hand: the reporting role reads published posts only.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reporting') THEN
    CREATE ROLE reporting NOLOGIN;
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO reporting;
GRANT SELECT ON "Post" TO reporting;
ALTER TABLE "Post" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "published posts" ON "Post" FOR SELECT TO reporting USING ("published");
