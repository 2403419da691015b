"""The product catalogue."""

import os

import psycopg
from fastapi import FastAPI

app = FastAPI()


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/products")
def products() -> list[dict[str, object]]:
    with psycopg.connect() as connection:  # host, user and password: PGHOST, PGUSER, PGPASSWORD
        rows = connection.execute("SELECT id, name, cents FROM products ORDER BY id").fetchall()
    return [{"id": id_, "name": name, "cents": cents, "currency": os.environ["CURRENCY"]} for id_, name, cents in rows]
