import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { Process } from '../../harness/process.ts';
import { clientAt, secret, tokenOf } from '../../harness/site.ts';
import { TestPlayer } from '../rooms/player.ts';
import { expectRefusal } from '../support/refusal.ts';
import { redisForFile } from './redisForFile.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
  readonly status: { code?: number };
  /** Of the process that it is of. */
  readonly at: string;
}

/** A collector, as OpenTelemetry's is asked. */
const received: Span[] = [];
let asked = '';
const collector = createServer(async (request, response) => {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  asked += `${request.method} ${request.url}\n${body}\n`;
  for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
    const said = new Map(
      resource.attributes.map((one: { key: string; value: { stringValue: string } }) => [
        one.key,
        one.value.stringValue,
      ]),
    );
    for (const { spans } of scopeSpans)
      for (const span of spans)
        received.push({ ...span, at: `${said.get('service.name')} ${said.get('service.instance.id')}` });
  }
  response.end('{}');
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
afterAll(() => collector.close());
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

const redis = await redisForFile();
const settings = { REDIS_URL: redis.url, JWT_SECRET: secret, LOG_LEVEL: 'warn' };

const attributesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key.replace('recall.', ''), value.stringValue]));
const childrenOf = ({ spanId }: Span) => received.filter(({ parentSpanId }) => parentSpanId === spanId);
const find = (name: string, about: object) =>
  received.find((span) => span.name === name && expect.objectContaining(about).asymmetricMatch(attributesOf(span))) ??
  expect.fail(`there is no ${name} ${JSON.stringify(about)}`);

test('a collector is told the way of a move, and that of a call from one process to another, and no secret', async () => {
  const traced = { ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const [first, second] = [await Process.start(traced), await Process.start(traced)];
  const clientOf = async (userId: string, { url }: Process) => clientAt(url, await tokenOf(userId));
  const ann = new TestPlayer(
    await (await clientOf('ann', first)).create('recall', { permission: 'private', password: 'hunter2' }),
  );
  const joins = [first, second].map(async (process, i) => {
    const client = await clientOf(`guest ${i}`, process);
    await expectRefusal(client.joinById(ann.roomId, { password: 'hunter3' }), 'WRONG_PASSWORD');
    return new TestPlayer(await client.joinById(ann.roomId, { password: 'hunter2' }));
  });
  const guests = await Promise.all(joins);
  await ann.ask('start_match');
  await guests[0]?.refused('call_recall');
  const token = ann.connection.reconnectionToken.split(':')[1] as string;
  // What is left is sent in the end.
  await Promise.all([first, second].map((process) => process.end('SIGTERM')));

  const { roomId } = ann;
  const move = find('message', { message: 'start_match' });
  expect(attributesOf(move)).toEqual({ message: 'start_match', room_id: roomId, session_id: ann.id });
  expect(move.parentSpanId).toBeFalsy();
  expect(childrenOf(move).map(({ name }) => name)).toEqual(['intake', 'decide', 'append', 'projection', 'send']);
  const refused = find('message', { message: 'call_recall' });
  expect(attributesOf(refused)).toMatchObject({ code: 'WRONG_PHASE' });
  expect(refused.status.code ?? 0).toBe(0);

  const calls = received.filter(({ name }) => name === 'matchmaking');
  expect(calls).toHaveLength(5);
  const ways = calls.map((call) => {
    const ask = childrenOf(call).find(({ name }) => name === 'ask') as Span;
    const [admit, ...others] = childrenOf(ask);
    expect(others).toEqual([]);
    expect(admit).toMatchObject({ name: 'admit', traceId: call.traceId });
    return {
      ...attributesOf(call),
      crosses: admit?.at !== call.at,
      inRoom: childrenOf(admit as Span).map(({ name }) => name),
    };
  });
  const inRoom = ['decide', 'append', 'projection', 'send'];
  const seated = ways.filter((way) => way.inRoom.includes('append'));
  expect(seated.length).toBe(2);
  for (const way of seated) expect(way.inRoom).toEqual(inRoom);
  expect(ways.filter(({ crosses }) => crosses).length).toBeGreaterThanOrEqual(2);
  expect(asked).toContain('POST /v1/traces');
  expect(new Set(received.map(({ at }) => at)).size).toBe(2);
  for (const at of received.map(({ at }) => at)) expect(at).toMatch(/^recall [\w-]+$/);
  for (const secret of ['hunter', token, await tokenOf('ann')]) expect(asked).not.toContain(secret);
});

test('without a collector nothing of it is loaded, and one that is away costs nobody anything', async () => {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      if (/@opentelemetry.(sdk|exporter|resources)/.test(url)) console.log('loaded ' + url);
      return next(url, context);
    } });`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
  const run = async (more: Record<string, string>) => {
    const lines: string[] = [];
    const server = await Process.start({ ...settings, NODE_OPTIONS, ...more }, { hear: (line) => lines.push(line) });
    const ann = new TestPlayer(await (await clientAt(server.url, await tokenOf('ann'))).create('recall', { bots: 1 }));
    await ann.ask('start_match');
    expect(await server.end('SIGTERM')).toBe(0);
    return lines.filter((line) => line.startsWith('loaded ')).length;
  };
  expect(await run({})).toBe(0);
  expect(await run({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })).toBeGreaterThan(0);
});
