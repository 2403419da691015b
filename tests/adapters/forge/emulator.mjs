// Serves GitHub's REST API from memory on a free port of the loopback, prints its address, and ends with its input.
import { createEmulator } from "emulate";

const seed = {
  tokens: { "the-token": { login: "ada", scopes: ["repo"] } },
  github: {
    users: [{ login: "ada", name: "Ada" }],
    repos: [{ owner: "ada", name: "environments", auto_init: true }],
  },
};
const github = await createEmulator({ service: "github", port: 0, seed });
console.log(github.url);
process.stdin.resume();
process.stdin.on("end", async () => {
  await github.close();
  process.exit(0);
});
