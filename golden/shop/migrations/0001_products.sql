CREATE TABLE IF NOT EXISTS products (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  text NOT NULL,
    cents integer NOT NULL CHECK (cents >= 0)
);
