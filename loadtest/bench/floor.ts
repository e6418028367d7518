// The floors of the bench, each in a process of its own: what a move costs that only counts, by `ws` alone or by a room of
// stock Colyseus (BENCH_FLOOR), in that shape (BENCH_SHAPE).
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Client, defineRoom, defineServer, Room } from '@colyseus/core';
import { schema, t } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerCode, otherCode, type Shape } from './shape.ts';

const shape: Shape = JSON.parse(process.env.BENCH_SHAPE ?? '');
const host = '127.0.0.1';
/** Of a frame of up to 125 bytes. */
const headerBytes = 2;
/** As ours: six seconds without an answer end a connection. */
const [pingInterval, pingMaxRetries] = [1000, 6];

if (process.env.BENCH_FLOOR === 'ws') serveFrames();
else await serveRooms();

/** Now and then one more, so that it is `each` on average. */
function evenly(each: number): () => number {
  let owed = 0;
  return () => {
    owed += each;
    const now = Math.floor(owed + 1e-9);
    owed -= now;
    return now;
  };
}

/** Who connects to the same path sits at the same table. */
function serveFrames(): void {
  const tables = new Map<string, WebSocket[]>();
  // The answer is one of the frames.
  const toEach = (shape.frames - 1) / shape.seats;
  const broadcasts = evenly(shape.isWhole ? toEach : 1);
  const size = shape.isWhole ? shape.bytes / shape.frames : shape.bytes / shape.seats;
  const frame = (code: number) => {
    const bytes = Buffer.alloc(Math.max(4, Math.round(size) - headerBytes));
    bytes[0] = code;
    return bytes;
  };
  const other = frame(otherCode);
  const http = createServer((_, response) => response.writeHead(404).end());
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  server.on('connection', (socket, { url = '' }) => {
    const table = tables.get(url) ?? [];
    table.push(socket);
    tables.set(url, table);
    socket.on('message', (asked: Buffer) => {
      const answer = frame(answerCode);
      // Its id: who has asked looks for it.
      answer[1] = asked[1] ?? 0;
      for (let left = broadcasts(); left > 0; left--)
        for (const one of table) one.send(one === socket && !shape.isWhole ? answer : other);
      if (shape.isWhole) socket.send(answer);
    });
  });
  http.listen(0, host, () => greet((http.address() as AddressInfo).port));
}

/** A room whose state counts moves. */
async function serveRooms(): Promise<void> {
  const State = schema({ moves: t.number(), turns: t.number() });
  const moreSteps = evenly(shape.isWhole ? shape.steps - 1 : 0);
  // Of the rest, what the steps between two moves tell is told then.
  const messages = (shape.frames - 1 - shape.seats * shape.steps) / shape.seats;
  const broadcasts = evenly(shape.isWhole ? Math.max(0, messages - (shape.steps - 1)) : 0);
  const patchBytes = 8;
  const left = shape.bytes - shape.seats * shape.steps * patchBytes - patchBytes;
  const told = 'x'.repeat(
    Math.max(1, Math.round(left / (shape.seats * messages)) - headerBytes - 'match_event'.length),
  );

  class CountingRoom extends Room {
    override state = new State();
    override maxClients = shape.seats;
    override patchRate = 2_147_483_647;
    override messages = {
      move: (_client: Client) => {
        this.state.moves++;
        this.broadcastPatch();
        for (let left = broadcasts(); left > 0; left--) this.broadcast('match_event', told);
        const steps = moreSteps();
        if (steps > 0) setTimeout(() => this.#turn(steps), 1);
        return { n: this.state.moves, more: steps };
      },
    };

    override onCreate(): void {
      this.state.moves = 0;
      this.state.turns = 0;
    }

    #turn(steps: number): void {
      for (let left = steps; left > 0; left--) {
        this.state.turns++;
        this.broadcastPatch();
        this.broadcast('turn', told);
      }
    }
  }

  const http = createServer();
  const server = defineServer({
    rooms: { counting: defineRoom(CountingRoom) },
    transport: new WebSocketTransport({ server: http, pingInterval, pingMaxRetries }),
    greet: false,
    gracefullyShutdown: false,
  });
  await server.listen(0, host);
  greet((http.address() as AddressInfo).port);
}

function greet(port: number): void {
  console.log(`Recall serves on http://${host}:${port}`);
}
