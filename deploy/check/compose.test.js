// The compose files and the balancer's configuration, each read by the program that will read it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const root = fileURLToPath(new URL("../../", import.meta.url));
const check = fileURLToPath(new URL("./", import.meta.url));
const CLUSTER = "docker-compose.cluster.yml";
const FILES = ["docker-compose.yml", CLUSTER];

// A copy, so that the secrets that are made belong to nobody.
const project = mkdtempSync(join(tmpdir(), "session-store-check-"));
after(() => rmSync(project, { recursive: true }));
FILES.forEach((file) => cpSync(join(root, file), join(project, file)));
mkdirSync(join(project, "deploy"));
cpSync(join(root, "deploy/cluster"), join(project, "deploy/cluster"), { recursive: true });

function run(program, ...args) {
  const done = spawnSync(program, args, { cwd: project, encoding: "utf8", timeout: 60_000 });
  assert.ifError(done.error);
  return done;
}

function succeed(program, ...args) {
  const done = run(program, ...args);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  return done.stdout;
}

test("the cluster does not start without its secrets", () => {
  assert.notEqual(run("docker-compose", "-f", CLUSTER, "config", "-q").status, 0);
});

test("secrets are made once, and not over others", () => {
  succeed("deploy/cluster/new-secrets");
  assert.equal(run("deploy/cluster/new-secrets").status, 1);
});

for (const file of FILES) {
  test(`${file} is understood`, () => {
    succeed("docker-compose", "-f", file, "config", "-q");
  });

  test(`${file} is without a lint`, () => {
    succeed(join(check, "node_modules/.bin/dclint"), "-c", join(check, "dclint.yaml"), "--max-warnings", "0", file);
  });
}

let services = {};
test("the cluster has three nodes with the same settings", () => {
  services = parse(succeed("docker-compose", "-f", CLUSTER, "config")).services;
  const nodes = ["node1", "node2", "node3"].map((name) => services[name].environment);
  assert.equal(nodes[0].SESSION_STORE_BACKEND, "redis");
  nodes.forEach((node) => assert.deepEqual(node, nodes[0]));
});

test("the balancer alone is published, on this machine", () => {
  const published = Object.entries(services).filter(([, service]) => service.ports);
  assert.deepEqual(published.map(([name]) => name), ["balancer"]);
  published[0][1].ports.forEach((port) => assert.match(port, /^127\.0\.0\.1:/));
});

test("no service may write to its own files or gain rights", () => {
  for (const [name, service] of Object.entries(services)) {
    assert.equal(service.read_only, true, name);
    assert.deepEqual(service.cap_drop, ["ALL"], name);
    assert.deepEqual(service.security_opt, ["no-new-privileges:true"], name);
    assert.ok(service.deploy.resources.limits.memory, name);
    assert.ok(service.healthcheck, name);
  }
});

test("haproxy.cfg is understood", () => {
  // Names of nodes are known in the cluster only.
  const { status, stderr } = run("haproxy", "-c", "-f", "deploy/cluster/haproxy.cfg");
  assert.equal(status, 0, stderr);
  const others = stderr.split("\n").filter((line) => /WARNING/.test(line) && !/could not resolve address 'node\d'/.test(line));
  assert.deepEqual(others, []);
});
