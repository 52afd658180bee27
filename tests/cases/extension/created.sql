-- a

-- b
CREATE EXTENSION hstore;
