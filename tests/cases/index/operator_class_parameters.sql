-- a
CREATE TABLE t (v tsvector, w tsvector, n int);
CREATE INDEX i ON t USING gist (v tsvector_ops (siglen = 100));
CREATE INDEX j ON t USING brin (n);

-- b
CREATE TABLE t (v tsvector, w tsvector, n int);
CREATE INDEX i ON t USING gist (v tsvector_ops (siglen = 200), w);
CREATE INDEX j ON t USING brin (n int4_bloom_ops (false_positive_rate = '0.05', n_distinct_per_range = '100'));

-- rows
INSERT INTO t VALUES ('x', 'y', 1);
