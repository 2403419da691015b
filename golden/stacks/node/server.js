import { createServer } from "node:http";

createServer((request, response) => response.end("from node\n")).listen(process.env.PORT ?? 8080);
