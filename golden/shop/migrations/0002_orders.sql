CREATE TABLE IF NOT EXISTS orders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products (id),
    email      text NOT NULL,
    placed_at  timestamptz NOT NULL DEFAULT now()
);
