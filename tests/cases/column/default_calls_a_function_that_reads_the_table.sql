-- a
CREATE TABLE zero (id int);

-- b
CREATE TABLE zero (id int);
CREATE TABLE invoice (id int PRIMARY KEY, number int NOT NULL, UNIQUE (number));
CREATE FUNCTION next_number() RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT coalesce(max(invoice.number), 0) + 1 FROM invoice; END;
ALTER TABLE invoice ALTER number SET DEFAULT next_number();

-- rows
INSERT INTO zero VALUES (1);
