-- a
CREATE TYPE role AS ENUM ('a');
COMMENT ON TYPE role IS 'one';

-- b
CREATE TYPE role AS ENUM ('a');
COMMENT ON TYPE role IS E'two\n''x''';
