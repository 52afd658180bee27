-- +migrate Down
DROP TABLE pets;
-- +migrate Up
CREATE TABLE pets (id bigint PRIMARY KEY);
-- +migrate Down
SELECT 'a second section of this direction';
-- +migrate Up
-- +migrate StatementBegin
CREATE FUNCTION pet_count() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM pets);
END;
$$;
-- +migrate StatementEnd
ALTER TABLE pets ADD COLUMN owner_id bigint REFERENCES people (id);
