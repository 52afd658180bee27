-- +goose up
-- There is no way back.
CREATE TABLE eggs (nest_id bigint REFERENCES nests (id));
