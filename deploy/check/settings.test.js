// The settings in manifests and compose files, as the program itself reads them: target/session-store-server.jar.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "session-store-check-"));
after(() => rmSync(folder, { recursive: true }));

const manifest = (name) => parse(readFileSync(join(root, "deploy/kubernetes", name), "utf8"));
const secret = manifest("secret.yaml").stringData;

// What the pod would have: the same files, and the variables of its environment.
function run(args, secrets) {
  const settings = join(folder, "settings.yaml");
  const keys = join(folder, "api-keys.txt");
  writeFileSync(settings, manifest("config.yaml").data["settings.yaml"]);
  writeFileSync(keys, secrets["api-keys.txt"]);
  return spawnSync("java", ["-jar", join(root, "target/session-store-server.jar"), ...args], {
    encoding: "utf8",
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      SESSION_STORE_HOST: "0.0.0.0",
      SESSION_STORE_PORT: "0",
      SESSION_STORE_CONFIG: settings,
      SESSION_STORE_API_KEYS_FILE: keys,
      SESSION_STORE_ID_KEY: secrets["id-key"],
      SESSION_STORE_BACKEND_URL: secrets["backend-url"],
    },
  });
}

const key = `${"0".repeat(64)} admin *\n`;
const whole = { "api-keys.txt": key, "id-key": "0".repeat(64), "backend-url": "rediss://user:password@redis:6379" };

test("the settings of the pods are all understood", () => {
  const { status, stderr } = run(["config"], whole);
  assert.equal(stderr, "");
  assert.equal(status, 0);
});

for (const [name, placeholder] of Object.entries(secret)) {
  test(`nothing starts with the placeholder of ${name}`, () => {
    const { status, stderr } = run([], { ...whole, [name]: placeholder });
    assert.equal(status, 2, stderr);
    assert.match(stderr, name === "api-keys.txt" ? /api-keys\.txt/ : name === "id-key" ? /ID_KEY/ : /BACKEND_URL/);
  });
}
