const { createServer } = require("node:http");
const { readdirSync } = require("node:fs");

const pages = {};
for (const name of readdirSync(__dirname).filter((name) => name.endsWith(".page.js"))) {
  pages[`/${name.replace(".page.js", "").replace("home", "")}`] = require(`./${name}`);
}

createServer((request, response) => {
  const text = pages[request.url];
  response.writeHead(text ? 200 : 404).end(text ?? "no such page");
}).listen(Number(process.env.PORT), process.env.HOST);
