-- a
CREATE FUNCTION f() RETURNS text LANGUAGE sql  AS $x$SELECT 'it''s $$'$x$;

-- b
CREATE FUNCTION f() RETURNS text LANGUAGE sql  AS $x$
  SELECT '$function$ \ ü'; -- why
$x$;
