CREATE TABLE boxes (id bigint PRIMARY KEY);
CREATE FUNCTION box_count() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    -- migrate:down
    RETURN (SELECT count(*) FROM boxes);
END;
$$;
