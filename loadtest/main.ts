// npm run loadtest -- --numClients 50 --room recall [--endpoint ws://…] [--matches 100] [--thinkMs 1500] [--seed 1]
// Clients come in by random join, play matches to their end, and go on to the next. Ctrl-C, or enough matches, ends it with
// a summary. All other options are those of @colyseus/loadtest: --help.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cli } from '@colyseus/loadtest';
import { Client } from '@colyseus/sdk';
import { SdkPlayer } from '../harness/player.ts';
import type { TableRoom } from '../harness/table.ts';
import type { ErrorBody } from '../src/protocol/errors.ts';
import type { GameRoom } from '../src/protocol/sdk.ts';
import { Summary } from './summary.ts';

const { values } = parseArgs({
  // The rest is for cli, which reads it itself.
  strict: false,
  options: { matches: { type: 'string' }, thinkMs: { type: 'string' }, seed: { type: 'string' } },
});
const enough = Number(values.matches ?? Number.POSITIVE_INFINITY);
const thinkMs = Number(values.thinkMs ?? 1500);
const seed = Number(values.seed ?? 1);

const summary = new Summary();
let clients = 0;
let seats = 0;
let turnedAway = 0;

cli(async ({ endpoint, roomName, numClients, clientId }) => {
  const client = new Client(endpoint);
  try {
    await signIn(client, clientId, numClients);
    clients++;
    const room = await sitDown(client, roomName);
    void playOn(client, room);
  } catch (error) {
    summary.failed((error as Error).message);
    // Without anybody at a table nothing would ever end this.
    if (++turnedAway === numClients) process.exit();
    throw error;
  }
});

// After the screen of cli has gone, whatever ends the process.
process.on('exit', () => {
  writeSync(1, `\n${summary.text(clients)}`);
  if (summary.failures > 0) process.exitCode = 1;
});

async function signIn(client: Client, clientId: number, numClients: number): Promise<void> {
  try {
    await client.auth.signInAnonymously({ name: `Load ${clientId}` });
  } catch (error) {
    const { code, message } = ((error as { data?: ErrorBody }).data ?? error) as ErrorBody;
    const limited = code === 'TOO_MANY_REQUESTS';
    const hint = `; start the server with RATE_LIMIT_GUESTS=${numClients} or more for this many clients`;
    throw new Error(`no guest's token: ${message}${limited ? hint : ''}`, { cause: error });
  }
}

const sitDown = (client: Client, roomName: string): Promise<TableRoom> =>
  client.joinOrCreate<GameRoom>(roomName, { random: true, deal_part: true });

async function playOn(client: Client, first: TableRoom): Promise<void> {
  try {
    for (let room = first; ; room = await sitDown(client, room.name)) {
      await playMatch(room);
      if (summary.matches >= enough) process.exit();
      await room.leave();
    }
  } catch (error) {
    summary.failed((error as Error).message);
    console.error(error);
  }
}

/** @returns when the match is over. */
function playMatch(room: TableRoom): Promise<void> {
  return new Promise((resolve, reject) => {
    const onMove = (_: string, roundTripMs: number, refused: Parameters<Summary['moved']>[1]) =>
      summary.moved(roundTripMs, refused);
    new SdkPlayer(room, { seed: seed + seats++, thinkMs, onMove });
    room.onStateChange(({ phase, matchNumber }) => {
      if (phase !== 'finished') return;
      summary.finished(room.roomId, matchNumber);
      resolve();
    });
    room.onLeave((code, reason) => reject(new Error(`the connection was closed (${code}): ${reason}`)));
  });
}
