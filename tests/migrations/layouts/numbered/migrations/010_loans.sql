CREATE TABLE loans (id bigint PRIMARY KEY, book_id bigint REFERENCES books (id))
