create or replace view flyway_names as select name from flyway_products;
