-- Columns, routines, views, policies, partitions and privileges of a CRM
ALTER TABLE contacts DROP COLUMN first_name; -- refused
ALTER TABLE contacts DROP COLUMN score;
ALTER TABLE contacts DROP COLUMN phones;
ALTER TABLE contacts DROP COLUMN birthday; -- refused
ALTER TABLE contacts DROP COLUMN email; -- refused
ALTER TABLE contacts DROP COLUMN owner; -- refused
ALTER TABLE contacts DROP COLUMN org_id; -- refused
ALTER TABLE contacts ALTER COLUMN first_name TYPE varchar(100); -- refused
ALTER TABLE contacts ALTER COLUMN score TYPE bigint;
ALTER TABLE contacts ALTER COLUMN score TYPE text; -- refused
ALTER TABLE contacts ALTER COLUMN phones TYPE text USING phones[1];
ALTER TABLE contacts ALTER COLUMN phones DROP DEFAULT, ALTER COLUMN phones TYPE text USING phones[1];
ALTER TABLE contacts ALTER COLUMN phones TYPE varchar[];
ALTER TABLE contacts ALTER COLUMN email TYPE varchar(320); -- refused
ALTER TABLE contacts ALTER COLUMN birthday TYPE timestamptz; -- refused
ALTER TABLE contacts ALTER COLUMN org_id TYPE text; -- refused
ALTER TABLE contacts ALTER COLUMN owner TYPE text USING owner::text; -- refused
ALTER TABLE orgs ALTER COLUMN settings TYPE json USING settings::json;
ALTER TABLE orgs ALTER COLUMN settings TYPE text;
ALTER TABLE orgs ALTER COLUMN currency TYPE text;
ALTER TABLE orgs ALTER COLUMN name TYPE varchar(50); -- refused
ALTER TABLE orgs ALTER COLUMN id TYPE text; -- refused
ALTER TABLE org_members ALTER COLUMN kind TYPE text;
ALTER TABLE org_members ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN kind TYPE text;
ALTER TABLE org_members ALTER COLUMN kind TYPE text USING kind::text;
ALTER TABLE activities ALTER COLUMN at TYPE date; -- refused
ALTER TABLE activities ALTER COLUMN kind TYPE varchar(20);
ALTER TABLE activities_2024 ALTER COLUMN kind TYPE varchar(20); -- refused
ALTER TABLE activities ADD COLUMN note text;
ALTER TABLE activities_2024 ADD COLUMN note text; -- refused
ALTER TABLE activities DROP COLUMN org_id;
ALTER TABLE activities DROP COLUMN at; -- refused
ALTER TABLE activities ADD UNIQUE (contact_id); -- refused
ALTER TABLE activities ADD UNIQUE (contact_id, at);
ALTER TABLE activities_2024 ADD UNIQUE (contact_id);
CREATE UNIQUE INDEX ON activities (kind); -- refused
CREATE UNIQUE INDEX ON activities (kind, at);
CREATE INDEX CONCURRENTLY ON activities (kind); -- refused
ALTER TABLE activities DETACH PARTITION activities_2024;
ALTER TABLE activities DETACH PARTITION activities_2025; -- refused
CREATE TABLE activities_2025 PARTITION OF activities FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE activities_2025 (id bigint, at timestamptz); ALTER TABLE activities ATTACH PARTITION activities_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); -- refused
DROP TABLE activities_default; INSERT INTO activities (org_id, at, kind) VALUES (gen_random_uuid(), '2030-01-01', 'x'); -- refused
INSERT INTO activities (org_id, at, kind) VALUES (gen_random_uuid(), '2030-01-01', 'x');
INSERT INTO activities_default (org_id, at, kind) VALUES (gen_random_uuid(), '2024-05-01', 'x'); -- refused
DROP TYPE role_kind; -- refused
ALTER TYPE role_kind ADD VALUE 'admin' AFTER 'editor';
ALTER TYPE role_kind ADD VALUE 'admin' AFTER 'edtor'; -- refused
DROP DOMAIN iso_code; -- refused
ALTER DOMAIN iso_code ADD CONSTRAINT len CHECK (length(VALUE) = 3);
ALTER DOMAIN iso_code DROP CONSTRAINT iso_code_check;
ALTER DOMAIN iso_code DROP CONSTRAINT iso_check; -- refused
ALTER DOMAIN iso_code SET DEFAULT 'usd';
DROP FUNCTION is_member(uuid); -- refused
DROP FUNCTION is_member; -- refused
DROP POLICY members_read ON contacts; DROP POLICY members_write ON contacts; DROP FUNCTION is_member;
CREATE OR REPLACE FUNCTION is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
CREATE OR REPLACE FUNCTION is_member(o uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$; -- refused
CREATE OR REPLACE FUNCTION is_member(org uuid, strict boolean DEFAULT false) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
DROP FUNCTION auth.uid(); -- refused
DROP FUNCTION norm_email(); -- refused
DROP TRIGGER norm ON contacts; DROP FUNCTION norm_email();
DROP FUNCTION contact_label(contacts);
DROP FUNCTION find_contacts(text);
DROP TABLE contacts; -- refused
DROP TABLE contacts CASCADE; SELECT * FROM contact_list; -- refused
DROP TABLE contacts CASCADE; SELECT * FROM find_contacts('x'); -- refused
DROP SEQUENCE invoice_no; -- refused
ALTER TABLE invoices ALTER no DROP DEFAULT; DROP SEQUENCE invoice_no;
DROP VIEW contact_list; -- refused
DROP VIEW contact_count, contact_list;
DROP VIEW contact_list CASCADE; SELECT * FROM contact_count; -- refused
DROP INDEX monthly_key; REFRESH MATERIALIZED VIEW CONCURRENTLY monthly; -- refused
REFRESH MATERIALIZED VIEW CONCURRENTLY monthly WITH NO DATA; -- refused
DROP INDEX contacts_email; INSERT INTO contacts (org_id, email) VALUES (gen_random_uuid(), 'a') ON CONFLICT (org_id, lower(email)) WHERE email IS NOT NULL DO NOTHING; -- refused
DROP INDEX orgs_pkey; -- refused
ALTER TABLE orgs DROP CONSTRAINT orgs_pkey; -- refused
ALTER TABLE org_members DROP CONSTRAINT org_members_pkey;
ALTER TABLE invoices DROP CONSTRAINT invoices_org_id_no_excl;
ALTER TABLE invoices DROP CONSTRAINT invoices_no_excl; -- refused
ALTER TABLE contacts RENAME COLUMN score TO rating; COMMENT ON COLUMN contacts.score IS 'x'; -- refused
ALTER TABLE contacts RENAME TO people; SELECT contact_label(p) FROM people p;
ALTER TABLE contacts RENAME TO people; ALTER TABLE people DROP COLUMN first_name; -- refused
ALTER TABLE contacts RENAME COLUMN full_name TO name; SELECT full_name FROM contact_list;
ALTER TABLE contacts ALTER COLUMN full_name DROP EXPRESSION; ALTER TABLE contacts DROP COLUMN first_name; -- refused
ALTER TABLE contacts ALTER COLUMN full_name DROP EXPRESSION; DROP FUNCTION atomic_names(); ALTER TABLE contacts DROP COLUMN first_name;
ALTER TABLE contacts ALTER COLUMN full_name SET EXPRESSION AS (first_name);
UPDATE contacts SET full_name = 'x'; -- refused
UPDATE contacts SET phones = ARRAY['1'], score = 50;
UPDATE contacts SET score = 101;
INSERT INTO orgs (name, currency) VALUES ('a', 'eur'); -- refused
INSERT INTO orgs (name, currency) VALUES ('a', 'EURO'); -- refused
INSERT INTO orgs (name, currency) VALUES ('a', 'USD');
INSERT INTO orgs (name, currency) VALUES ('a', NULL);
DELETE FROM orgs;
INSERT INTO invoices (amount, currency, lines) VALUES (1, 'EUR', ARRAY['{"a": 1}'::jsonb]);
INSERT INTO invoices (amount, currency, lines) VALUES (1, 'EUR', '{"a": 1}'); -- refused
INSERT INTO invoices (amount, currency, due) VALUES (123456789.00, 'EUR', '2024-12-31'); -- refused
INSERT INTO invoices (amount, currency, due) VALUES (12345678.005, 'EUR', '2024-12-31');
INSERT INTO invoices (no, amount, currency) VALUES (1, 1, 'EUR'), (1, 2, 'EUR'); -- refused
INSERT INTO contact_list (full_name) VALUES ('x'); -- refused
INSERT INTO contacts (org_id, score) SELECT id, 5 FROM orgs;
INSERT INTO contacts (org_id, score) SELECT id FROM orgs; -- refused
INSERT INTO contacts (org_id, score) SELECT name, 5 FROM orgs; -- refused
DROP SCHEMA auth; -- refused
DROP EXTENSION pgcrypto;
DROP STATISTICS contact_names;
DROP RULE no_delete ON orgs; DELETE FROM orgs RETURNING id;
DROP RULE no_deletes ON orgs; -- refused
TRUNCATE orgs; -- refused
TRUNCATE contacts, activities;
TRUNCATE contacts; -- refused
TRUNCATE activities_2024;
GRANT SELECT ON contact_list TO PUBLIC;
GRANT SELECT (emial) ON contacts TO PUBLIC; -- refused
GRANT USAGE ON SEQUENCE invoice_no TO PUBLIC;
GRANT EXECUTE ON FUNCTION is_member(uuid) TO PUBLIC;
GRANT EXECUTE ON FUNCTION is_member(text) TO PUBLIC; -- refused
REVOKE INSERT ON monthly FROM PUBLIC;
CREATE POLICY p ON contact_list USING (true); -- refused
CREATE POLICY p ON contacts FOR UPDATE USING (is_member(org)) ; -- refused
CREATE POLICY p ON contacts FOR SELECT USING (owner = auth.uid()) WITH CHECK (true); -- refused
CREATE POLICY members_read ON contacts USING (true); -- refused
ALTER POLICY members_read ON contacts WITH CHECK (true); -- refused
ALTER POLICY members_write ON contacts WITH CHECK (owner = auth.uid());
ALTER POLICY members_write ON contacts WITH CHECK (owner = 'me'); -- refused
CREATE POLICY p ON contacts USING (org_id IN (SELECT org_id FROM org_members WHERE user_id = auth.uid()));
CREATE POLICY p ON contacts USING (org_id = (SELECT org_id, kind FROM org_members)); -- refused
CREATE POLICY p ON contacts USING (EXISTS (SELECT 1 FROM org_members m WHERE m.org = contacts.org_id)); -- refused
CREATE POLICY p ON contacts USING (kind = 'owner'); -- refused
CREATE POLICY p ON contacts USING (auth.uid()); -- refused
CREATE POLICY p ON contacts USING (auth.uid() = owner::text); -- refused
CREATE POLICY p ON contacts USING ((auth.jwt() ->> 'sub')::uuid = owner); -- refused
CREATE POLICY p ON contacts USING (count(*) > 0); -- refused
