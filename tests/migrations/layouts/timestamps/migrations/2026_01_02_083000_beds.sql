CREATE TABLE beds (id bigint PRIMARY KEY, room_id bigint REFERENCES rooms (id));
