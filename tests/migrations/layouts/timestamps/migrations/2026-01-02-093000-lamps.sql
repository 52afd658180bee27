CREATE TABLE lamps (id bigint PRIMARY KEY, bed_id bigint REFERENCES beds (id));
