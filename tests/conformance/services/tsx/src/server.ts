import { createServer } from "node:http";
import ms from "ms"; // a package, to be found above the source
import { home } from "./home.js";

const pages: Record<string, string> = { "/": home };

createServer((request, response) => {
  const text = pages[request.url ?? ""];
  response.writeHead(text ? 200 : 404).end(`${text ?? "no such page"}, ${ms(60000)}`);
}).listen(Number(process.env.PORT), process.env.HOST);
