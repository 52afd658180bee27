COPY words FROM STDIN WITH (FORMAT csv) ; -- the rows follow
5,"a, b"
6,-- Down Migration
\.
CREATE INDEX words_word ON words (word);
