--liquibase formatted sql

--changeset shop:products
create table liquibase_products (id integer primary key, name text);
--rollback drop table liquibase_products;
