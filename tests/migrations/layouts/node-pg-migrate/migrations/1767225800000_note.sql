CREATE TABLE notes (id bigint);
-- Down migration: without a mark of the other direction, the tool runs the whole file.
ALTER TABLE notes ADD PRIMARY KEY (id);
