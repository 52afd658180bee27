-- a
CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, during tstzrange NOT NULL);

-- b
CREATE EXTENSION btree_gist;
CREATE TABLE bookings (
    id int PRIMARY KEY,
    room int NOT NULL,
    during tstzrange NOT NULL,
    CONSTRAINT one_at_a_time EXCLUDE USING gist (room WITH =, during WITH &&)
);

-- rows
INSERT INTO bookings VALUES (1, 1, '[2020-01-01,2020-01-02)'), (2, 1, '[2020-01-02,2020-01-03)');
