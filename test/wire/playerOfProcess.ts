// node test/wire/playerOfProcess.ts <url of the server>: a player in a process of its own, with nothing but `@colyseus/sdk`.
// It does what the test asks for by IPC, plays its matches by itself, and tells the test of everything that it is sent.
import { Client } from '@colyseus/sdk';
import { type PlayerOptions, SdkPlayer } from '../../harness/player.ts';
import type { TableRoom } from '../../harness/table.ts';
import type { MessageType, Payload } from '../../src/protocol/fromClient.ts';
import type { OwnUser } from '../../src/protocol/http.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';

const client = new Client(process.argv[2] as string);
const players = new Map<string, SdkPlayer>();
let seed = 1;

/** What the test may ask for. `table` is the test's name for a connection to a room. */
const calls = {
  async signIn(name: string) {
    const { user } = await client.auth.signInAnonymously<OwnUser>({ name });
    return user.id;
  },
  async create(table: string, options: object, style: PlayerOptions['style'] = {}) {
    return sitDown(table, await client.create<GameRoom>('recall', options), style);
  },
  async join(table: string, roomId: string, options: object = {}, style: PlayerOptions['style'] = {}) {
    return sitDown(table, await client.joinById<GameRoom>(roomId, options), style);
  },
  async ask(table: string, type: MessageType, payload: Payload<MessageType> = {}) {
    return at(table).room.request(type, payload);
  },
  async send(table: string, type: MessageType, payload: Payload<MessageType> = {}) {
    at(table).room.send(type, payload);
  },
  async pause(table: string) {
    at(table).pause();
  },
  async resume(table: string) {
    at(table).resume();
  },
  /** @returns the code of the close. */
  async leave(table: string) {
    return at(table).room.leave();
  },
  /** The connection is lost, without a word. */
  async drop(table: string) {
    const { room } = at(table);
    room.reconnection.enabled = false;
    room.connection.close();
  },
};
export type Calls = typeof calls;

/** What the test is told. */
export type Report =
  | { call: number; answer: unknown }
  | { call: number; refused: string }
  | { table: string; type: string; payload: unknown };

const report = (what: Report) => process.send?.(what);

function sitDown(table: string, room: TableRoom, style: PlayerOptions['style']) {
  const tell = (type: string, payload: unknown) => report({ table, type, payload });
  players.set(table, new SdkPlayer(room, { seed: seed++, style, onMessage: tell }));
  room.onLeave((code) => tell('closed', { code }));
  room.onStateChange(({ phase, winners }) => phase === 'finished' && tell('finished', { winners: [...winners] }));
  return { roomId: room.roomId, sessionId: room.sessionId };
}

function at(table: string): SdkPlayer {
  const player = players.get(table);
  if (!player) throw new Error(`nobody sits at ${table}`);
  return player;
}

process.on('message', async ({ call, name, args }: { call: number; name: keyof Calls; args: never[] }) => {
  try {
    const answer = await (calls[name] as (...args: never[]) => Promise<unknown>)(...args);
    report({ call, answer });
  } catch (error) {
    const { message, reason } = error as Error & { reason?: { code: string } };
    report({ call, refused: reason?.code ?? message });
  }
});
