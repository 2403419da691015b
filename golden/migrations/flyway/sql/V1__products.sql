create table flyway_products (id integer primary key, name text);
