-- First file. Nothing here is a mark: -- migrate:down, -- +goose Down, --> see below
CREATE TABLE books (
    id bigint PRIMARY KEY,
    title text NOT NULL -- the title; may contain "quotes"
);
COPY books (id, title) FROM stdin;
1	The Trial
2	-- migrate:down
3	It's "quoted; and unclosed
\.

COMMENT ON TABLE books IS 'Rows from COPY; -- +goose Down is text';
