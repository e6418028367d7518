import { readFileSync } from 'node:fs';
import spectral from '@stoplight/spectral-core';
import { asyncapi, oas } from '@stoplight/spectral-rulesets';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answers, messages, personAnswers, routes } from '../support/said.ts';
import { startServer, type TestServer } from '../support/server.ts';

// What tools read: /openapi.json of a server, and docs/asyncapi.json.

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly channels: Record<string, { messages: Record<string, { payload: object }> }>;
  readonly components: object;
}

let server: TestServer;
let openapi: Document;
const messagesOfRooms: Document = JSON.parse(readFileSync('docs/asyncapi.json', 'utf8'));
beforeAll(async () => {
  server = await startServer();
  openapi = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
});
afterAll(() => server.stop());

async function faultsIn(document: Document, rules: object): Promise<string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [rules as never], rules: {} });
  const found = await linter.run(document as never);
  // Who runs a server is who to ask.
  const faults = found.filter(({ code }) => !/info-contact$/.test(String(code)));
  return faults.map(({ path, message, code }) => `${path.join('.')}: ${message} (${code})`);
}

/** What is wrong with a value by a schema of the document; null where nothing is. */
function judge({ components }: Document, schema: object, value: unknown): string | null {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  return ajv.validate({ ...schema, components }, value) ? null : ajv.errorsText();
}

const answerOf = (route: string, status: string) => {
  const [method = '', path = ''] = route.replaceAll(/:(\w+)/g, '{$1}').split(' ');
  return openapi.paths[path]?.[method.toLowerCase()]?.responses[status]?.content?.['application/json']?.schema ?? {};
};

test('both are as their makers want them', async () => {
  expect(await faultsIn(openapi, oas)).toEqual([]);
  expect(await faultsIn(messagesOfRooms, asyncapi)).toEqual([]);
});

test('every route is described, and answers as it is said to', async () => {
  const wrong = Object.entries(routes).map(([route, answer]) => [
    route,
    judge(openapi, answerOf(route, '200'), answer),
  ]);
  expect(wrong.filter(([, fault]) => fault !== null)).toEqual([]);
  expect(wrong.every(([route]) => Object.keys(answerOf(route as string, '200')).length > 0)).toBe(true);
  const token = await server.token({ sub: 'ann' });
  const ask = async (route: string, body = '{}') => {
    const [method = '', path = ''] = route.split(' ');
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    return fetch(server.url + path, { method, headers, ...(method === 'POST' && { body }) });
  };
  const seat = await (await ask('POST /matchmake/create/recall')).json();
  expect(judge(openapi, answerOf('POST /matchmake/create/recall', '200'), seat)).toBe(null);
  const refused = await (await ask('POST /matchmake/create/recall', '{"max_players":1}')).json();
  expect(judge(openapi, answerOf('POST /matchmake/create/recall', 'default'), refused)).toBe(null);
  expect(await (await ask('POST /matchmake/joinById/nowhere')).text()).toContain('ROOM_NOT_FOUND');
  expect(judge(openapi, answerOf('GET /rooms', 'default'), await (await ask('GET /rooms')).json())).toBe(null);
});

test('no route is described that is not there', async () => {
  const described = Object.entries(openapi.paths).flatMap(([path, operations]) =>
    Object.keys(operations).flatMap((method) =>
      method === 'parameters' ? [] : { path, method: method.toUpperCase() },
    ),
  );
  expect(described.length).toBeGreaterThan(15);
  for (const { path, method } of described) {
    const response = await fetch(server.url + path.replace(/\{\w+\}/, 'any'), { method });
    expect([200, 204, 400, 401], `${method} ${path}`).toContain(response.status);
  }
});

test('what a room says and answers is as it is described', () => {
  const said = Object.entries(messages).map(([type, payload]) => [`tell_${type}`, payload] as const);
  const answered = Object.entries({ ...answers, ...personAnswers }).map(
    ([type, one]) => [`answer_${type}`, one] as const,
  );
  const described = messagesOfRooms.channels.recall?.messages ?? {};
  const wrong = [...said, ...answered].map(([key, payload]) => {
    const schema = described[key]?.payload;
    return [key, schema ? judge(messagesOfRooms, schema, payload) : 'is not described'];
  });
  expect(wrong.filter(([, fault]) => fault !== null)).toEqual([]);
});
