CREATE TABLE tail (n integer);
COPY tail FROM stdin;
10
11
