CREATE SCHEMA api;
CREATE TABLE api.accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL, balance numeric NOT NULL DEFAULT 0 CHECK (balance >= 0));
CREATE TABLE api.moves (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, from_id bigint REFERENCES api.accounts, to_id bigint REFERENCES api.accounts, amount numeric NOT NULL, at timestamptz DEFAULT now());
CREATE FUNCTION api.transfer(a bigint, b bigint, amount numeric) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE new_id bigint;
BEGIN
    UPDATE api.accounts SET balance = balance - transfer.amount WHERE id = a;
    UPDATE api.accounts SET balance = balance + transfer.amount WHERE id = b;
    INSERT INTO api.moves (from_id, to_id, amount) VALUES (a, b, transfer.amount) RETURNING id INTO new_id;
    RETURN new_id;
END $$;
CREATE FUNCTION api.transfer(a bigint, b bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT api.transfer(a, b, 1) $$;
-- refused
DROP FUNCTION api.transfer;
-- refused
COMMENT ON FUNCTION api.transfer IS 'x';
GRANT EXECUTE ON FUNCTION api.transfer(bigint, bigint) TO PUBLIC;
-- refused
GRANT EXECUTE ON FUNCTION api.transfer(int, int) TO PUBLIC;
ALTER FUNCTION api.transfer(bigint, bigint) STRICT;
-- refused
ALTER FUNCTION api.transfers(bigint, bigint) STRICT;
-- refused
CREATE OR REPLACE FUNCTION api.transfer(a bigint, b bigint) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
DROP FUNCTION api.transfer(bigint, bigint);
DROP FUNCTION api.transfer;
CREATE PROCEDURE api.close_day(day date, INOUT n int DEFAULT 0) LANGUAGE plpgsql AS $$ BEGIN SELECT count(*) INTO n FROM api.moves WHERE at::date = day; END $$;
CALL api.close_day('2024-01-01');
CALL api.close_day('2024-01-01', 0);
-- refused
CALL api.close_day();
-- refused
CALL api.close_days('2024-01-01');
-- refused
SELECT api.close_day('2024-01-01', 0);
-- refused
DROP FUNCTION api.close_day;
DROP ROUTINE api.close_day;
CREATE FUNCTION api.balance_of(api.accounts) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT $1.balance $$;
-- refused
SELECT a.id, a.balance_of FROM api.accounts a;
SELECT api.balance_of(a) FROM api.accounts a GROUP BY a.id;
-- refused
SELECT api.balance_of(a) FROM api.accounts a GROUP BY a.owner;
-- refused
DROP TABLE api.accounts;
ALTER TABLE api.accounts ADD COLUMN bonus numeric GENERATED ALWAYS AS (balance / 100) STORED;
-- refused
ALTER TABLE api.accounts ALTER COLUMN balance TYPE float8;
-- refused
UPDATE api.accounts SET bonus = 1;
CREATE FUNCTION api.audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO api.moves (from_id, amount) VALUES (OLD.id, OLD.balance); RETURN OLD; END $$;
CREATE TRIGGER audit AFTER DELETE ON api.accounts FOR EACH ROW EXECUTE FUNCTION api.audit();
-- refused
CREATE TRIGGER audit2 AFTER DELETE ON api.accounts FOR EACH ROW EXECUTE FUNCTION api.balance_of();
-- refused
CREATE TRIGGER audit3 AFTER DELETE ON api.accounts FOR EACH ROW WHEN (NEW.id > 1) EXECUTE FUNCTION api.audit();
-- refused
DROP FUNCTION api.audit();
DROP FUNCTION api.audit() CASCADE;
-- refused
DROP TRIGGER audit ON api.accounts;
CREATE AGGREGATE api.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = 0);
-- refused
SELECT owner, api.total(balance) FROM api.accounts;
SELECT owner, api.total(balance) FROM api.accounts GROUP BY owner;
-- refused
DROP FUNCTION api.total(numeric);
DROP AGGREGATE api.total(numeric);
-- refused
SELECT api.total(balance) FROM api.accounts;
-- refused
DROP SCHEMA api;
DROP SCHEMA api CASCADE;
-- refused
SELECT 1 FROM api.moves;
