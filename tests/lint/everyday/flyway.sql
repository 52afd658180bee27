CREATE SCHEMA IF NOT EXISTS billing;
SET search_path TO billing, public;
CREATE TABLE flyway_schema_history (installed_rank int NOT NULL PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, success boolean NOT NULL);
CREATE TABLE account (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text NOT NULL CHECK (code = upper(code)), balance numeric(12,2) NOT NULL DEFAULT 0, opened date NOT NULL DEFAULT CURRENT_DATE, closed date, CONSTRAINT account_dates CHECK (closed > opened));
CREATE TABLE entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, account_id uuid NOT NULL REFERENCES account, amount numeric(12,2) NOT NULL, booked timestamptz NOT NULL DEFAULT now(), text varchar(20));
-- refused
INSERT INTO account (code) VALUES ('cash');
INSERT INTO account (code) VALUES ('CASH');
-- refused
INSERT INTO account VALUES (gen_random_uuid(), 'BANK', 0, '2024-02-30');
INSERT INTO account VALUES (gen_random_uuid(), 'BANK', 0, '2024-02-20');
-- refused
INSERT INTO entry (id, account_id, amount) SELECT 1, id, 10 FROM account;
INSERT INTO entry (id, account_id, amount) OVERRIDING SYSTEM VALUE SELECT 100 + row_number() OVER (), id, 10 FROM account;
-- refused
INSERT INTO entry (account_id, amount, text) VALUES (gen_random_uuid(), 5, 'a text that is too long for it');
-- refused
INSERT INTO entry (account_id, amount, text) VALUES ('x', 5, 'a');
CREATE OR REPLACE VIEW balance AS SELECT a.id, a.code, sum(e.amount) AS total FROM account a LEFT JOIN entry e ON e.account_id = a.id GROUP BY a.id;
CREATE OR REPLACE VIEW balance AS SELECT a.id, a.code, sum(e.amount) AS total, count(*) AS entries FROM account a LEFT JOIN entry e ON e.account_id = a.id GROUP BY a.id;
-- refused
CREATE OR REPLACE VIEW balance AS SELECT a.code, a.id, sum(e.amount) AS total, count(*) AS entries FROM account a LEFT JOIN entry e ON e.account_id = a.id GROUP BY a.id;
-- refused
CREATE OR REPLACE VIEW balance AS SELECT a.id, a.code, sum(e.amount)::bigint AS total, count(*) AS entries FROM account a LEFT JOIN entry e ON e.account_id = a.id GROUP BY a.id;
-- refused
ALTER TABLE entry ALTER COLUMN amount TYPE bigint;
DROP VIEW balance;
ALTER TABLE entry ALTER COLUMN amount TYPE bigint;
CREATE FUNCTION post(acc text, amt numeric) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE new_id bigint; BEGIN INSERT INTO entry (account_id, amount) SELECT id, amt FROM account WHERE code = acc RETURNING id INTO new_id; RETURN new_id; END $$;
SELECT post('CASH', 5);
-- refused
SELECT post('CASH', 'much');
-- refused
SELECT posts('CASH', 5);
-- refused
CREATE OR REPLACE FUNCTION post(acc text, amt numeric) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
-- refused
CREATE OR REPLACE FUNCTION post(account text, amt numeric) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
-- refused
CREATE TRIGGER entry_posted AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION post();
CREATE FUNCTION entry_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE account SET balance = balance + NEW.amount WHERE id = NEW.account_id; RETURN NULL; END $$;
CREATE TRIGGER entry_posted AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_changed();
-- refused
CREATE TRIGGER entry_posted AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_changed();
CREATE OR REPLACE TRIGGER entry_posted AFTER INSERT OR UPDATE OF amount ON entry FOR EACH ROW WHEN (NEW.amount <> 0) EXECUTE FUNCTION entry_changed();
-- refused
CREATE TRIGGER entry_removed AFTER DELETE ON entry FOR EACH ROW WHEN (NEW.amount <> 0) EXECUTE FUNCTION entry_changed();
-- refused
CREATE TRIGGER entry_removed AFTER DELETE ON entry FOR EACH ROW WHEN (OLD.amounts <> 0) EXECUTE FUNCTION entry_changed();
INSERT INTO entry (account_id, amount) SELECT id, 1 FROM account;
CREATE OR REPLACE PROCEDURE close_account(c text) LANGUAGE sql AS $$ UPDATE account SET closed = CURRENT_DATE + 1 WHERE code = c; $$;
CALL close_account('CASH');
-- refused
SELECT close_account('CASH');
-- refused
CALL post('CASH', 1);
-- refused
DROP FUNCTION close_account(text);
DROP PROCEDURE close_account(text);
-- refused
CREATE TABLE tax (rate numeric(3,2) NOT NULL, valid daterange NOT NULL, country char(2) NOT NULL, EXCLUDE USING gist (country WITH =, valid WITH &&));
CREATE EXTENSION btree_gist;
CREATE TABLE tax (rate numeric(3,2) NOT NULL, valid daterange NOT NULL, country char(2) NOT NULL, EXCLUDE USING gist (country WITH =, valid WITH &&));
-- refused
INSERT INTO tax VALUES (19, '[2020-01-01,)', 'DE');
-- refused
INSERT INTO tax VALUES (0.19, '[2020-01-01,)', 'DEU');
INSERT INTO tax VALUES (0.19, '[2020-01-01,)', 'DE');
-- refused
INSERT INTO tax VALUES (0.19, '2020-01-01', 'DE');
-- refused
INSERT INTO tax (rate, valid) VALUES (0.19, daterange('2020-01-01', NULL));
-- refused
SELECT rate FROM tax WHERE valid @> now();
SELECT rate FROM tax WHERE valid @> now()::date;
SELECT upper(valid) - lower(valid) + 1 AS days FROM tax WHERE NOT isempty(valid);
-- refused
WITH moved AS (DELETE FROM entry WHERE booked < now() - interval '1 year' RETURNING *) INSERT INTO archive SELECT * FROM moved;
CREATE TABLE archive (LIKE entry INCLUDING DEFAULTS);
WITH moved AS (DELETE FROM entry WHERE booked < now() - interval '1 year' RETURNING *) INSERT INTO archive SELECT * FROM moved;
ALTER TABLE archive ADD PRIMARY KEY (id);
-- refused
ALTER TABLE archive ADD PRIMARY KEY (id);
-- refused
ALTER TABLE archive ADD CONSTRAINT archive_entry FOREIGN KEY (id) REFERENCES entry (ids);
SET search_path TO public;
-- refused
SELECT * FROM account;
SELECT * FROM billing.account ORDER BY balance DESC NULLS LAST FETCH FIRST 3 ROWS ONLY;
ALTER TABLE billing.account SET SCHEMA public;
-- refused
SELECT count(*) FROM billing.account;
-- refused
DROP SCHEMA billing;
