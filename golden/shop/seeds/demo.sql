INSERT INTO products (name, cents)
SELECT name, cents
FROM (VALUES ('Tea', 490), ('Teapot', 3900), ('Two cups', 1800)) AS demo (name, cents)
WHERE NOT EXISTS (SELECT FROM products);
