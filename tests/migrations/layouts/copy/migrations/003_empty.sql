COPY words FROM stdin;
\.
ALTER TABLE words ADD COLUMN length integer GENERATED ALWAYS AS (length(word)) STORED;
