CREATE TYPE ticket_state AS ENUM ('open', 'done');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, state ticket_state NOT NULL DEFAULT 'open', title varchar(20) NOT NULL, weight numeric(4,1), n positive, meta jsonb);
CREATE TYPE pair AS (a int, b varchar(3), s ticket_state);
CREATE PROCEDURE close_ticket(ticket bigint, INOUT closed boolean DEFAULT NULL) LANGUAGE plpgsql AS $$ BEGIN UPDATE tickets SET state = 'done' WHERE id = ticket; closed := FOUND; END $$;
CREATE PROCEDURE count_tickets(OUT n bigint) LANGUAGE plpgsql AS $$ BEGIN SELECT count(*) INTO n FROM tickets; END $$;
CREATE PROCEDURE log_state(s ticket_state, note text DEFAULT '') LANGUAGE sql AS $$ SELECT 1 $$;
CREATE FUNCTION total(a int, b int DEFAULT 0) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
SELECT 1;
