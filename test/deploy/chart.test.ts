import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Ajv } from 'ajv';
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Container, EnvVar, PodSpec, Service } from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { killWithThisProcess } from '../../harness/child.ts';
import { findHelm } from '../../harness/helm.ts';
import { listens } from '../../harness/listens.ts';
import { freePort } from '../../harness/ports.ts';
import { RedisServer } from '../../harness/redis.ts';
import { readConfig, settings } from '../../src/config.ts';
import { version } from '../../src/ops/version.ts';
import { temporaryFolder } from '../people/folder.ts';

// No cluster runs here: what can be seen without one. Helm renders the chart, the types of Kubernetes' API check what comes
// of it, and a real process runs by it.

const chart = 'deploy/chart';
const read = (file: string) => readFileSync(join(chart, file), 'utf8');
const schema = JSON.parse(read('values.schema.json'));

const helm = findHelm();
if (!helm) console.log('Helm is not here, and can not be had from npm: the chart is not rendered in these tests');
const rendering = test.skipIf(!helm);

/** What the chart says itself, or leaves to the server, which knows better: its own address is that of its Pod. */
const notForValues = ['NODE_ENV', 'PORT', 'NODE_APP_INSTANCE', 'HOST', 'DATA_DIR', 'ALLOW_SHARED_DATA_DIR'];
const addresses = ['PUBLIC_ADDRESS', 'PEER_ADDRESS'];

let redis: RedisServer | undefined;
afterEach(() => redis?.dispose());

test('the values may have every setting, secrets as files, and no other', () => {
  const { settings: plain, secret } = schema.properties;
  const isSecret = ({ variables }: { variables: readonly string[] }) => variables.length > 1;
  expect(secret.properties.keys.items.enum).toEqual(settings.filter(isSecret).map(({ name }) => name));
  const others = settings.filter((one) => !isSecret(one)).map(({ name }) => name);
  const left = others.filter((name) => ![...notForValues, ...addresses].includes(name));
  expect(plain.propertyNames.enum).toEqual(left);
});

test('the values that it comes with fit its schema, and its version is that of the server', () => {
  const fits = new Ajv({ strict: false, allErrors: true }).compile(schema);
  expect(fits(parse(read('values.yaml'))), JSON.stringify(fits.errors)).toBe(true);
  expect(parse(read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
});

type Values = Record<string, unknown>;
type Manifest = { kind: string; metadata: { name: string } };

function runHelm(command: string, values: Values, ...more: string[]) {
  const args = [command, ...(command === 'template' ? ['recall'] : []), chart, '--values', '-', ...more];
  return spawnSync(helm as string, args, { input: JSON.stringify(values), encoding: 'utf8' });
}

function render(values: Values): readonly Manifest[] {
  const { status, stdout, stderr } = runHelm('template', values, '--kube-version', '1.30.0');
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

const only = <T>(manifests: readonly Manifest[], kind: string): T => {
  const found = manifests.filter((one) => one.kind === kind);
  expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
  return found[0] as T;
};

function podIn(manifests: readonly Manifest[]): PodSpec & { container: Container } {
  const pod = only<StatefulSet>(manifests, 'StatefulSet').spec?.template.spec as PodSpec;
  return { ...pod, container: pod.containers[0] as Container };
}

/** All that may be asked for. */
const everything = {
  image: { repository: 'registry.example/recall', tag: '1', pullPolicy: 'Always', pullSecrets: ['registry'] },
  replicas: 4,
  secret: { name: 'game', keys: ['REDIS_URL', 'JWT_SECRET', 'METRICS_TOKEN', 'MONITOR_PASSWORD'] },
  settings: { TRUST_PROXY: '10.0.0.0/8', MAX_TURNS: '100', ALLOW_GUESTS: 'true', MONITOR_USER: 'ann' },
  extraEnv: [{ name: 'OTEL_SERVICE_NAME', value: 'recall' }],
  ingress: { enabled: true, host: 'game.example', tlsSecret: 'tls' },
  networkPolicy: { egress: [{ ports: [{ port: 6379 }] }] },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'game', operator: 'Exists', effect: 'NoSchedule' }],
};
const least = {};

const typesOf: Record<string, string> = {
  ...{ StatefulSet: 'apps/v1', Service: 'core/v1', PodDisruptionBudget: 'policy/v1' },
  ...{ Ingress: 'networking/v1', NetworkPolicy: 'networking/v1' },
};

/** @returns what the types of Kubernetes' API say against it, unknown fields included. */
function faultsIn(manifests: readonly Manifest[]): string {
  mkdirSync('node_modules/.cache', { recursive: true });
  const folder = mkdtempSync('node_modules/.cache/chart-');
  onTestFinished(() => void execFileSync('rm', ['-r', folder]));
  const lines = manifests.map(
    (one, i) =>
      `export const of${i}: import('kubernetes-types/${typesOf[one.kind]}.js').${one.kind} = ${JSON.stringify(one)};`,
  );
  writeFileSync(join(folder, 'rendered.ts'), lines.join('\n'));
  const options = { extends: '../../../tsconfig.json', compilerOptions: { types: [] }, include: ['rendered.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options));
  return spawnSync('node_modules/.bin/tsc', ['-p', folder], { encoding: 'utf8' }).stdout;
}

rendering('what it renders is what Kubernetes knows, down to each field', () => {
  const known = (manifests: readonly Manifest[]) => manifests.filter(({ kind }) => kind !== 'ServiceMonitor');
  for (const values of [least, everything]) {
    const { status, stdout } = runHelm('lint', values, '--strict');
    expect(status, stdout).toBe(0);
    const manifests = known(render(values));
    expect(manifests.filter(({ kind }) => !(kind in typesOf))).toEqual([]);
    expect(faultsIn(manifests)).toBe('');
  }
  const set = only<StatefulSet>(render(least), 'StatefulSet');
  const misspelt = { ...set, spec: { ...set.spec, terminationGracePeriodSecond: 20 } };
  expect(faultsIn([misspelt as unknown as Manifest])).toMatch(/terminationGracePeriodSecond/);
});

rendering('what one part names, another part has', () => {
  const manifests = render(everything);
  const { spec } = only<StatefulSet>(manifests, 'StatefulSet');
  const labels = spec?.template.metadata?.labels ?? {};
  const { container, volumes } = podIn(manifests);
  const ports = container.ports?.map(({ name }) => name);
  const services = manifests.filter(({ kind }) => kind === 'Service') as unknown as Service[];
  expect(services.map(({ metadata }) => metadata?.name)).toContain(spec?.serviceName);
  for (const { spec: service } of services) {
    if (service?.selector) expect(labels).toMatchObject(service.selector);
    for (const { targetPort } of service?.ports ?? []) if (targetPort) expect(ports).toContain(targetPort);
  }
  for (const kind of ['PodDisruptionBudget', 'NetworkPolicy']) {
    const { selector, podSelector } = only<{ spec: Record<string, { matchLabels: object }> }>(manifests, kind).spec;
    expect(labels).toMatchObject((selector ?? podSelector)?.matchLabels as object);
  }
  const { rules } = only<Ingress>(manifests, 'Ingress').spec ?? {};
  const paths = rules?.flatMap(({ http }) => http?.paths ?? []) ?? [];
  for (const { backend } of paths) {
    const service = services.find(({ metadata }) => metadata?.name === backend.service?.name);
    expect(service?.spec?.ports?.map(({ name }) => name)).toContain(backend.service?.port?.name);
  }
  // As deploy/nginx.conf, which hands these to nobody.
  const kept = paths.filter(({ backend }) => backend.service?.name === 'recall-nobody').map(({ path }) => path);
  expect(kept).toEqual(['/health', '/livez', '/readyz', '/metrics']);
  for (const path of kept) expect(readFileSync('deploy/nginx.conf', 'utf8')).toContain(path?.slice(1));
  expect(container.volumeMounts?.map(({ name }) => name)).toEqual(volumes?.map(({ name }) => name));
});

/** What a container is given; the files of its secrets are in `folder`, with this text in each. */
function environmentOf({ env = [] }: Container, secrets: Record<string, string>): Record<string, string> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(secrets)) writeFileSync(join(folder, name), `${text}\n`);
  const variables = env.map(({ name, value = '' }: EnvVar) => [name, value.replace('/run/secrets/recall', folder)]);
  expect(new Set(variables.map(([name]) => name)).size).toBe(variables.length);
  return Object.fromEntries(variables);
}

const secrets = {
  JWT_SECRET: 'a secret of more than thirty-two characters',
  METRICS_TOKEN: 'a-token-of-sixteen-or-more',
  MONITOR_PASSWORD: 'correct horse battery',
};

rendering('the server takes every variable that a container is given', () => {
  const env = environmentOf(podIn(render(everything)).container, { ...secrets, REDIS_URL: 'redis://redis:6379' });
  const known = settings.flatMap(({ variables }) => variables);
  expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual(['OTEL_SERVICE_NAME']);
  const config = readConfig(env);
  expect(config).toMatchObject({ production: true, maxTurns: 100, redisUrl: 'redis://redis:6379', port: 2567 });
  expect(config.metricsToken).toBe(secrets.METRICS_TOKEN);
});

rendering('a process that runs by it answers its probes, and ends in the time that it is given', async () => {
  redis = await RedisServer.start({ 'maxmemory-policy': 'noeviction' });
  const { container, terminationGracePeriodSeconds = 0 } = podIn(render(least));
  const port = await freePort();
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = {
    ...{ PATH, NODE_COMPILE_CACHE },
    ...environmentOf(container, { ...secrets, REDIS_URL: redis.url }),
    ...{ PORT: `${port}`, DATA_DIR: temporaryFolder() },
  };
  const server = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  killWithThisProcess(server);
  const ended = once(server, 'close');
  while (!(await listens(port))) await delay(20);
  const { startupProbe, livenessProbe, readinessProbe, lifecycle } = container;
  const statuses = () =>
    Promise.all(
      [startupProbe, livenessProbe, readinessProbe].map(async (probe) => {
        const response = await fetch(`http://127.0.0.1:${port}${probe?.httpGet?.path}`);
        await response.arrayBuffer();
        return response.status;
      }),
    );
  await expect.poll(statuses).toEqual([200, 200, 200]);

  // As the kubelet does.
  const killing = setTimeout(() => server.kill('SIGKILL'), terminationGracePeriodSeconds * 1000);
  const [file = '', ...args] = lifecycle?.preStop?.exec?.command ?? [];
  const before = spawn(file, args, { env: { PATH }, stdio: 'inherit' });
  expect(await once(before, 'close')).toEqual([0, null]);
  expect(await statuses()).toEqual([200, 200, 200]);
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  clearTimeout(killing);
});

rendering('what is wrong is told before anything is changed', () => {
  const refused = (values: Values) => {
    const { status, stderr } = runHelm('template', values, '--kube-version', '1.30.0');
    expect(status).not.toBe(0);
    return stderr;
  };
  expect(refused({ settings: { ROOM_TLL_S: '60' } })).toMatch(/settings/);
  expect(refused({ settings: { JWT_SECRET: 'in the open' } })).toMatch(/settings/);
  expect(refused({ settings: { MAX_TURNS: 100 } })).toMatch(/MAX_TURNS.*string/);
  expect(refused({ replica: 3 })).toMatch(/replica/);
  expect(refused({ secret: { keys: ['JWT_SECRET'] } })).toMatch(/secret\.keys/);
  expect(refused({ secret: { keys: ['REDIS_URL', 'PASSWORD'] } })).toMatch(/secret\.keys/);
  expect(refused({ ingress: { enabled: true, host: 'game.example' } })).toMatch(/TRUST_PROXY/);
  expect(refused({ ingress: { enabled: true }, settings: { TRUST_PROXY: '10.0.0.0/8' } })).toMatch(/host/);
  expect(refused({ serviceMonitor: { enabled: true }, secret: { keys: ['REDIS_URL'] } })).toMatch(/METRICS_TOKEN/);
});
