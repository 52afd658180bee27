-- a

-- b
CREATE SEQUENCE shared CYCLE MAXVALUE 100;
CREATE TABLE aaa (id bigint DEFAULT nextval('shared') PRIMARY KEY);
CREATE TABLE zzz (id bigint DEFAULT nextval('shared'::regclass) * 2 PRIMARY KEY);
