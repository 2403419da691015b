-- +goose Up
create table goose_products (id integer primary key, name text);

-- +goose Down
drop table goose_products;
