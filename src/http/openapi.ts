import type { RequestHandler } from 'express';
import { z } from 'zod';
import { version } from '../ops/version.ts';
import { codes } from '../protocol/errors.ts';
import type { RouteAnswers } from '../protocol/http.ts';
import { lobbyOptions } from '../protocol/schemas/fromPerson.ts';
import { createOptions, joinOptions, randomOptions, reconnectOptions } from '../protocol/schemas/options.ts';
import {
  allRoomsQuery,
  auditQuery,
  banBody,
  drainBody,
  presenceParams,
  publicRoomsQuery,
} from '../protocol/schemas/queries.ts';
import answers from './answers.json' with { type: 'json' };
import { guestBody } from './auth.ts';

/** How a route is asked, beside what it answers. */
interface Route {
  readonly tag: 'people' | 'rooms' | 'matchmaking' | 'operators';
  readonly summary: string;
  /** Whether a token is needed; a role stands in the summary. */
  readonly token?: true;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
}

const routes: Readonly<Record<keyof RouteAnswers, Route>> = {
  'POST /auth/anonymous': { tag: 'people', summary: "A guest's token", body: guestBody },
  'GET /auth/userdata': { tag: 'people', summary: 'Who I am, and what is kept of me', token: true },
  'GET /rooms/public': { tag: 'rooms', summary: 'Public rooms, the newest first', query: publicRoomsQuery },
  'GET /rooms': { tag: 'rooms', summary: 'All rooms, for the role operator', token: true, query: allRoomsQuery },
  'GET /users/me/rooms': { tag: 'people', summary: 'The rooms in which I sit', token: true },
  'GET /users/presence': {
    tag: 'people',
    summary: 'Who is online, `ids` a list with commas',
    token: true,
    query: presenceParams,
  },
  'DELETE /users/{id}': { tag: 'operators', summary: 'Erases a user, for the role operator', token: true },
  'GET /admin/rooms': {
    tag: 'operators',
    summary: 'All rooms, for the role operator as all of /admin',
    token: true,
    query: allRoomsQuery,
  },
  'GET /admin/rooms/{room_id}': { tag: 'operators', summary: 'A room and who sits in it', token: true },
  'DELETE /admin/rooms/{room_id}': { tag: 'operators', summary: 'Closes a room for good', token: true },
  'GET /admin/users/{user_id}': { tag: 'operators', summary: 'What is known of a user', token: true },
  'POST /admin/users/{user_id}/kick': { tag: 'operators', summary: 'Ends all that a user has here', token: true },
  'PUT /admin/users/{user_id}/ban': {
    tag: 'operators',
    summary: 'The same, and keeps them out',
    token: true,
    body: banBody,
  },
  'DELETE /admin/users/{user_id}/ban': { tag: 'operators', summary: 'Lets them in again', token: true },
  'GET /admin/bans': { tag: 'operators', summary: 'Who is banned', token: true },
  'POST /admin/drain': {
    tag: 'operators',
    summary: 'Has a process give its rooms to the others',
    token: true,
    body: drainBody,
  },
  'POST /admin/undrain': { tag: 'operators', summary: 'Has it take rooms again', token: true, body: drainBody },
  'GET /admin/audit': {
    tag: 'operators',
    summary: 'What operators have asked for, the newest first',
    token: true,
    query: auditQuery,
  },
  'GET /health/live': { tag: 'operators', summary: 'Whether the process answers' },
  'GET /livez': { tag: 'operators', summary: 'The same' },
  'GET /health/ready': { tag: 'operators', summary: 'Whether it should be given players, and what is amiss' },
  'GET /readyz': { tag: 'operators', summary: 'The same' },
};

const calls = (minTurnS: number): Readonly<Record<string, Route>> => ({
  'POST /matchmake/create/recall': {
    ...{ tag: 'matchmaking', summary: 'Open a room, with a seat in it', token: true },
    body: createOptions(minTurnS),
  },
  'POST /matchmake/joinById/{room_id}': {
    tag: 'matchmaking',
    summary: 'A seat in a room',
    token: true,
    body: joinOptions,
  },
  'POST /matchmake/joinOrCreate/recall': {
    ...{ tag: 'matchmaking', summary: 'A seat in some public room', token: true },
    body: randomOptions,
  },
  'POST /matchmake/joinOrCreate/lobby': {
    ...{ tag: 'matchmaking', summary: 'Into the live list of rooms', token: true },
    body: lobbyOptions,
  },
  'POST /matchmake/reconnect/{room_id}': {
    ...{ tag: 'matchmaking', summary: 'Back to a seat, by its reconnection token' },
    body: reconnectOptions,
  },
});

/** Where it is explained. */
const told = {
  people: 'docs/protocol.md, 1 and 7',
  rooms: 'docs/protocol.md, 4 and 7',
  matchmaking: 'docs/protocol.md, 2; what every SDK calls by itself',
  operators: 'docs/operations.md',
};

/** What a call for a seat is answered; the connection that follows goes by it. */
const seatReservation = {
  type: 'object',
  description: 'A seat that waits for the connection that shows what stands here. Every SDK does that by itself.',
  properties: {
    name: { type: 'string' },
    roomId: { type: 'string' },
    processId: { type: 'string', description: 'With the pass of this reservation behind the last `-`.' },
    publicAddress: { type: 'string' },
    sessionId: { type: 'string' },
    reconnectionToken: { type: 'string' },
  },
  required: ['name', 'roomId', 'processId', 'sessionId'],
};
const callRefused = {
  type: 'object',
  properties: {
    code: { type: 'number', description: 'The status.' },
    error: { type: 'string', description: `One of ${Object.keys(codes).join(', ')}, a colon, and what to do.` },
  },
  required: ['code', 'error'],
};

/** `/openapi.json`: what may be asked, by the schemas that check it, and what is answered, by its types. */
export function openapiRoute(minTurnS: number): RequestHandler {
  const document = openapi(minTurnS);
  return (_request, response) => void response.json(document);
}

function openapi(minTurnS: number): object {
  const paths: Record<string, object> = {};
  const put = (route: string, operation: object) => {
    const [method = '', path = ''] = route.split(' ');
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
      return { name, in: 'path', required: true, schema: { type: 'string' } };
    });
    paths[path] = {
      ...paths[path],
      ...(parameters.length > 0 && { parameters }),
      [method.toLowerCase()]: { operationId: idOf(route), ...operation },
    };
  };
  for (const [route, asked] of Object.entries(routes)) {
    const schema = (answers.routes as Record<string, object>)[route] ?? {};
    put(
      route,
      operationOf(asked, schema, ref('ErrorBody'), /ready/.test(route) ? { 503: json('Not ready', schema) } : {}),
    );
  }
  for (const [route, asked] of Object.entries(calls(minTurnS)))
    put(route, operationOf(asked, ref('SeatReservation'), ref('CallRefused')));
  put('POST /auth/sign-out', {
    ...operationOf({ tag: 'people', summary: 'Sign out, everywhere', token: true }, {}, ref('ErrorBody')),
    responses: { 204: { description: 'Signed out' }, default: json('Refused', ref('ErrorBody')) },
  });
  put('DELETE /users/me', {
    ...operationOf({ tag: 'people', summary: 'Erase me', token: true }, {}, ref('ErrorBody')),
    responses: { 204: { description: 'Erased' }, default: json('Refused', ref('ErrorBody')) },
  });
  put('GET /metrics', {
    ...{ tags: ['operators'], summary: 'Metrics of this process', security: [{ metrics: [] }, {}] },
    ...{ description: 'With METRICS_TOKEN; where none is set, for the same machine alone.' },
    responses: {
      200: { description: 'In the form of Prometheus', content: { 'text/plain': { schema: { type: 'string' } } } },
      default: json('Refused', ref('ErrorBody')),
    },
  });
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Recall', version, license: { name: 'MIT', identifier: 'MIT' } },
      description:
        'HTTP of a Recall server. What rooms and clients say to each other is in docs/asyncapi.json, and what all of it means in docs/protocol.md. Each answer has an `X-Request-Id`, by which the log knows it.',
    },
    servers: [{ url: '/' }],
    tags: ['people', 'rooms', 'matchmaking', 'operators'].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...answers.schemas, SeatReservation: seatReservation, CallRefused: callRefused },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        metrics: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

/** `GET /users/me/rooms` is `getUsersMeRooms`. */
const idOf = (route: string): string =>
  route
    .replace(/^\w+/, (method) => method.toLowerCase())
    .replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())
    .replaceAll(/\W/g, '');

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } });

function operationOf({ tag, summary, token, query, body }: Route, answer: object, refusal: object, more: object = {}) {
  const parameters = query ? parametersOf(query) : [];
  return {
    ...{ tags: [tag], summary, description: told[tag], security: token ? [{ token: [] }] : [] },
    parameters,
    ...(body && { requestBody: { content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: { 200: json('Done', answer), ...more, default: json('Refused', refusal) },
  };
}

function parametersOf(query: z.ZodObject): object[] {
  const { properties = {}, required = [] } = schemaOf(query);
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
}

function schemaOf(schema: z.ZodType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
