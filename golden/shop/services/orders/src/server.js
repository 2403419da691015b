// Orders: stores each in Postgres and tells the mailer through Redis.
import { createServer } from "node:http";
import pg from "pg";
import { createClient } from "redis";

const database = new pg.Pool(); // PGHOST, PGUSER, PGPASSWORD
const queue = await createClient({ url: process.env.REDIS_URL }).connect();

async function place({ product, email }) {
  const { rows } = await database.query("INSERT INTO orders (product_id, email) VALUES ($1, $2) RETURNING id", [
    product,
    email,
  ]);
  await queue.lPush("orders:placed", JSON.stringify({ id: rows[0].id, email }));
  return rows[0];
}

createServer(async (request, response) => {
  if (request.url === "/healthz") return response.end("ok");
  let body = "";
  for await (const chunk of request) body += chunk;
  response.end(JSON.stringify(await place(JSON.parse(body))));
}).listen(8080);
