const { createServer } = require("node:http");

createServer((request, response) => response.end("from nodemon\n")).listen(process.env.PORT ?? 8080);
