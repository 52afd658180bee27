CREATE FUNCTION everything(a int, b text, c int[]) RETURNS SETOF int LANGUAGE plpgsql AS $everything$
#variable_conflict use_column
<<outermost>>
DECLARE
    x int := 1;
    y CONSTANT text COLLATE "C" NOT NULL DEFAULT 'a;b';
    z notes.body%TYPE;
    row_of notes%ROWTYPE;
    q ALIAS FOR $2;
    picked CURSOR (k int, l text[]) FOR SELECT * FROM notes WHERE id > k;
    cur refcursor;
    r record;
BEGIN -- IF nothing THEN
    IF a > 1 THEN
        x := 2;
    ELSIF a < 0 THEN
        PERFORM g(1), 'from t';
    ELSIF (CASE WHEN a = 0 THEN true ELSE false END) THEN
        NULL;
    ELSE
        RAISE NOTICE 'a % and %', x, upper(b) USING HINT = 'from t', ERRCODE = 'P0001';
    END IF;
    FOR r IN SELECT * FROM notes LOOP
        UPDATE notes SET body = 'x' WHERE id = r.id;
        CONTINUE WHEN r.id = 1;
    END LOOP;
    <<counting>>
    FOR i IN REVERSE 10..1 BY 2 LOOP
        EXIT counting WHEN x = 3;
    END LOOP counting;
    FOR r IN picked(1, ARRAY['a']) LOOP NULL; END LOOP;
    FOR r IN EXECUTE 'SELECT ' || b USING a, x LOOP EXIT; END LOOP;
    FOREACH x SLICE 0 IN ARRAY c LOOP NULL; END LOOP;
    WHILE x > 1 LOOP x := x - 1; END LOOP;
    LOOP EXIT; END LOOP;
    SELECT 1, 'INTO x' INTO STRICT x, z FROM notes; /* END; /* nested */ */
    SELECT * INTO r FROM notes;
    c[x + 1] := CASE WHEN a > 1 THEN 1 ELSE 2 END;
    r.body = $quoted$ it's; END $quoted$;
    EXECUTE format('UPDATE %I SET a = %L', b, x) INTO x USING a, x;
    EXECUTE b USING a INTO x;
    BEGIN
        INSERT INTO notes VALUES (1) RETURNING id INTO x;
        WITH gone AS (DELETE FROM notes RETURNING id), kept AS (INSERT INTO notes VALUES (2) RETURNING id)
        SELECT count(*) INTO x FROM gone, kept;
    EXCEPTION
        WHEN unique_violation OR division_by_zero THEN
            GET STACKED DIAGNOSTICS z = MESSAGE_TEXT;
        WHEN SQLSTATE '22012' THEN
            RAISE;
    END;
    CASE x WHEN 1, 2 THEN x := 3; ELSE x := 4; END CASE;
    CASE WHEN x = 1 THEN NULL; WHEN x = 2 THEN x := 3; END CASE;
    OPEN picked(1, ARRAY['a']);
    FETCH NEXT FROM picked INTO r;
    MOVE picked;
    CLOSE picked;
    OPEN cur FOR SELECT 1;
    OPEN cur SCROLL FOR EXECUTE b USING a;
    GET DIAGNOSTICS x = ROW_COUNT;
    CREATE RULE r AS ON INSERT TO notes DO (SELECT 1; SELECT 2);
    CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;
    ASSERT x = 1, 'not one';
    RAISE unique_violation USING MESSAGE = b || 'x';
    RETURN NEXT x;
    RETURN QUERY SELECT 1 WHERE a = 1;
    RETURN QUERY EXECUTE b USING a;
    RETURN;
END outermost;
$everything$;
CREATE FUNCTION everything_of_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.body IS DISTINCT FROM OLD.body THEN
        NEW.body := lower(NEW.body);
        NEW.tags[1] := 'x';
        SELECT now() INTO NEW.at;
    END IF;
    RETURN NEW;
END
$$;
CREATE PROCEDURE everything_in_transactions(INOUT n int) LANGUAGE plpgsql AS 'BEGIN
    CALL everything_in_transactions(n);
    COMMIT AND CHAIN;
    n := length(''it''''s; END'');
    ROLLBACK;
END';
