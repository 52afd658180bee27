-- a

-- b
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.one (id int PRIMARY KEY, other int);
CREATE TABLE b.two (id int PRIMARY KEY, one int REFERENCES a.one);
ALTER TABLE a.one ADD CONSTRAINT one_other_fkey FOREIGN KEY (other) REFERENCES b.two;
