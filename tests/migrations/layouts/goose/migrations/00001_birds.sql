-- +goose Up
CREATE TABLE birds (id bigint PRIMARY KEY, name text);
-- +goose StatementBegin
CREATE FUNCTION bird_name(b birds) RETURNS text AS $$
BEGIN
    -- a comment; +goose Down
    RETURN b.name;
END;
$$ LANGUAGE plpgsql;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION bird_name(birds);
DROP TABLE birds;
