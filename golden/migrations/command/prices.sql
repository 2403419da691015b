update alembic_products set name = trim(name);
