import { deepEqual, equal } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Room } from '@colyseus/sdk';
import { type JWTPayload, SignJWT } from 'jose';
import type { RoomPage } from '../src/protocol/queries.ts';
import { Process } from './process.ts';
import { RedisServer } from './redis.ts';

/** What the processes of tests sign tokens with. */
export const secret = 'a secret of more than thirty-two characters';

/** How long the processes may take until they answer the same, ms. */
const agreeWithinMs = 15_000;

export type Kind = 'two processes on one Redis' | 'the embedded default';
export const kinds: readonly Kind[] = ['two processes on one Redis', 'the embedded default'];

export interface HttpAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The server as its users have it: one or more processes, each of which gives the same answers. */
export class Site {
  readonly processes: readonly Process[];
  readonly redis: RedisServer | undefined;
  #seats: Room[] = [];

  private constructor(processes: readonly Process[], redis: RedisServer | undefined) {
    this.processes = processes;
    this.redis = redis;
  }

  /**
   * @param settings of each process
   * @param hear gets each line that they say
   */
  static async open(kind: Kind, settings: Record<string, string> = {}, hear?: (line: string) => void): Promise<Site> {
    const redis = kind === 'the embedded default' ? undefined : await RedisServer.start();
    const all = { JWT_SECRET: secret, ...(redis && { REDIS_URL: redis.url, LEASE_S: '1' }), ...settings };
    const processes = await Promise.all((redis ? [0, 1] : [0]).map(() => Process.start(all, hear && { hear })));
    return new Site(processes, redis);
  }

  /** One of the processes, in turn. */
  process(n = 0): Process {
    return this.processes[n % this.processes.length] as Process;
  }

  /** A client of the user, who comes in by that process. */
  async client(userId: string, via = 0, claims: JWTPayload = {}): Promise<Client> {
    return clientAt(this.process(via).url, await tokenOf(userId, claims));
  }

  async get<Body>(path: string, token?: string, via = 0): Promise<HttpAnswer<Body>> {
    return get<Body>(this.process(via).url + path, token);
  }

  /**
   * What every process answers to the same question, as soon as they all answer the same and it fits.
   * @param fits throws where the answer is not what the test waits for
   */
  async agreed<Body>(
    path: string,
    token?: string,
    fits: (body: Body) => void = () => {},
    compared: (body: Body) => unknown = (body) => body,
  ): Promise<Body> {
    const until = performance.now() + agreeWithinMs;
    for (;;) {
      try {
        const answers = await Promise.all(this.processes.map((_, via) => this.get<Body>(path, token, via)));
        const seen = answers.map(({ status, body }) => ({ status, body: compared(body) }));
        for (const one of seen) deepEqual(one, seen[0]);
        equal(seen[0]?.status, 200);
        const body = answers[0]?.body as Body;
        fits(body);
        return body;
      } catch (error) {
        if (performance.now() > until) throw error;
        await delay(50);
      }
    }
  }

  /** What every process refuses it with. */
  async refused(path: string, token?: string): Promise<{ status: number; code: string; message: string }> {
    const answers = await Promise.all(
      this.processes.map(async (_, via) => {
        const { status, body } = await this.get<{ code: string; message: string }>(path, token, via);
        return { status, ...body };
      }),
    );
    for (const answer of answers) deepEqual(answer, answers[0]);
    return answers[0] as (typeof answers)[0];
  }

  /** A room that the user opens by that process. */
  async create(userId: string, options: object = {}, via = 0): Promise<Room> {
    return this.#sit((await this.client(userId, via)).create('recall', options));
  }

  async join(userId: string, roomId: string, options: object = {}, via = 0): Promise<Room> {
    return this.#sit((await this.client(userId, via)).joinById(roomId, options));
  }

  /** All who sit somewhere leave, and no list has a room then: with `EMPTY_ROOM_S=0`, that is. */
  async empty(): Promise<void> {
    for (const room of this.#seats.splice(0)) if (room.connection.isOpen) await room.leave();
    const all = await this.agreed<RoomPage>('/rooms', await operator, ({ total }) => equal(total, 0));
    deepEqual(all, { rooms: [], total: 0, next_cursor: null });
  }

  async #sit(connecting: Promise<Room>): Promise<Room> {
    const room = await connecting;
    room.reconnection.enabled = false;
    room.onMessage('*', () => {});
    this.#seats.push(room);
    return room;
  }

  async close(): Promise<void> {
    for (const one of this.processes) await one.end('SIGKILL');
    await this.redis?.dispose();
  }
}

/** A token of the server's issuer. */
export function tokenOf(userId: string, claims: JWTPayload = {}): Promise<string> {
  return new SignJWT({ sub: userId, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(claims.iat)
    .sign(new TextEncoder().encode(secret));
}

export const operator: Promise<string> = tokenOf('olga', { roles: ['operator'] });

export function clientAt(url: string, token: string): Client {
  const client = new Client(url);
  client.auth.token = token;
  return client;
}

/** The body is text where it is no JSON. */
export async function get<Body>(url: string, token?: string): Promise<HttpAnswer<Body>> {
  const response = await fetch(url, { headers: token === undefined ? {} : { Authorization: `Bearer ${token}` } });
  const text = await response.text();
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
