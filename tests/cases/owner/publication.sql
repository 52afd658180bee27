-- a
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO schema_dsl_cases_other_owner', current_database()); END $$;
CREATE TABLE t (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t;

-- b
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO schema_dsl_cases_other_owner', current_database()); END $$;
CREATE TABLE t (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t;
ALTER PUBLICATION p OWNER TO schema_dsl_cases_other_owner;
