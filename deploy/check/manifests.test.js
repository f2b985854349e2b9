// The manifests against Kubernetes' schemas, against its types (which know each field's name, as the schemas let unknown ones
// pass), and against each other.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { parse, parseAllDocuments } from "yaml";

const require = createRequire(import.meta.url);
const folder = new URL("../kubernetes/", import.meta.url);
const KUSTOMIZATION = "kustomization.yaml";

const manifests = readdirSync(folder)
  .filter((name) => name !== KUSTOMIZATION)
  .flatMap((file) => parseAllDocuments(readFileSync(new URL(file, folder), "utf8"))
    .map((document) => {
      assert.deepEqual(document.errors, [], file);
      return { file, content: document.toJS() };
    }));

const of = (kind) => {
  const found = manifests.map((m) => m.content).filter((c) => c.kind === kind);
  assert.equal(found.length, 1, `${found.length} manifests of kind ${kind}`);
  return found[0];
};
const module = (content) => `kubernetes-models/${content.apiVersion}`;

for (const { file, content } of manifests) {
  test(`${file}: ${content.kind} fits the schema`, () => {
    const Model = require(module(content))[content.kind];
    assert.ok(Model, `no ${content.kind} in ${content.apiVersion}`);
    new Model(content).validate();
  });
}

test("no manifest has a field that Kubernetes does not know", () => {
  const sources = new Map(manifests.map(({ content }, i) => [
    fileURLToPath(new URL(`manifest${i}.ts`, import.meta.url)),
    `import type { I${content.kind} } from "${module(content)}";\n`
      + `export const manifest: I${content.kind} = ${JSON.stringify(content, null, 1)};\n`,
  ]));
  assert.deepEqual(typeErrors(sources), []);
});

// The compiler reads the sources from memory, all else from disk.
function typeErrors(sources) {
  const options = { noEmit: true, strict: true, skipLibCheck: true, types: [], moduleResolution: ts.ModuleResolutionKind.Node10 };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (file, language) => sources.has(file)
    ? ts.createSourceFile(file, sources.get(file), language)
    : getSourceFile.call(host, file, language);
  host.fileExists = (file) => sources.has(file) || fileExists.call(host, file);
  return ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host))
    .map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, "\n"));
}

test("kustomization names each manifest", () => {
  const { resources } = parse(readFileSync(new URL(KUSTOMIZATION, folder), "utf8"));
  assert.deepEqual([...resources].sort(), [...new Set(manifests.map((m) => m.file))].sort());
});

test("all selectors choose the deployment's pods", () => {
  const deployment = of("Deployment").spec;
  const labels = deployment.template.metadata.labels;
  for (const selector of [
    deployment.selector.matchLabels,
    ...deployment.template.spec.topologySpreadConstraints.map((c) => c.labelSelector.matchLabels),
    of("Service").spec.selector,
    of("PodDisruptionBudget").spec.selector.matchLabels,
    of("NetworkPolicy").spec.podSelector.matchLabels,
  ]) {
    assert.ok(Object.keys(selector).length > 0);
    assert.deepEqual({ ...labels, ...selector }, labels);
  }
});

test("service, probes and policy name a port that there is", () => {
  const ports = container().ports.map((port) => port.name);
  const named = [
    ...of("Service").spec.ports.map((port) => port.targetPort),
    ...of("NetworkPolicy").spec.ingress.flatMap((rule) => rule.ports.map((port) => port.port)),
    ...probes().map((probe) => probe.httpGet.port),
  ];
  named.forEach((port) => assert.ok(ports.includes(port), String(port)));
});

test("probes ask what openapi.yaml describes, and only readiness depends on the store", () => {
  const { paths } = parse(readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8"));
  probes().forEach((probe) => assert.ok(paths[probe.httpGet.path], probe.httpGet.path));
  const { startupProbe, livenessProbe, readinessProbe } = container();
  assert.deepEqual(
    [startupProbe, livenessProbe, readinessProbe].map((probe) => probe.httpGet.path),
    ["/health/live", "/health/live", "/health/ready"]);
});

test("what pods take from secret and config is there", () => {
  const keys = { secret: Object.keys(of("Secret").stringData), config: Object.keys(of("ConfigMap").data) };
  const pod = of("Deployment").spec.template.spec;
  const mounted = new Map(container().volumeMounts.map((mount) => [mount.name, mount.mountPath]));
  const files = [];
  for (const volume of pod.volumes) {
    const path = mounted.get(volume.name);
    assert.ok(path, `${volume.name} is mounted`);
    if (volume.configMap) {
      assert.equal(volume.configMap.name, of("ConfigMap").metadata.name);
      files.push(...keys.config.map((key) => `${path}/${key}`));
    } else if (volume.secret) {
      assert.equal(volume.secret.secretName, of("Secret").metadata.name);
      for (const item of volume.secret.items) {
        assert.ok(keys.secret.includes(item.key), item.key);
        files.push(`${path}/${item.path}`);
      }
    }
  }
  for (const variable of container().env) {
    if (variable.value?.startsWith("/")) {
      assert.ok(files.includes(variable.value), `${variable.name}: ${variable.value}`);
    } else if (variable.valueFrom) {
      const { name, key } = variable.valueFrom.secretKeyRef;
      assert.equal(name, of("Secret").metadata.name);
      assert.ok(keys.secret.includes(key), key);
    }
  }
});

test("a pod has time to drain and to finish what is in flight", () => {
  const settings = parse(of("ConfigMap").data["settings.yaml"]);
  const seconds = (text) => Number(/^(\d+)s$/.exec(text)[1]);
  const needed = seconds(settings["drain-delay"]) + seconds(settings["shutdown-timeout"]);
  assert.ok(of("Deployment").spec.template.spec.terminationGracePeriodSeconds >= needed + 5);
});

test("pods have no rights that they do not need", () => {
  const pod = of("Deployment").spec.template.spec;
  assert.equal(pod.automountServiceAccountToken, false);
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
  assert.deepEqual(container().securityContext,
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
  assert.ok(!pod.hostNetwork && !pod.hostPID && !pod.hostIPC && !pod.volumes.some((volume) => volume.hostPath));
});

function container() {
  const { containers } = of("Deployment").spec.template.spec;
  assert.equal(containers.length, 1);
  return containers[0];
}

function probes() {
  const { startupProbe, livenessProbe, readinessProbe } = container();
  return [startupProbe, livenessProbe, readinessProbe];
}
