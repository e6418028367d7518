import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OwnPart } from '../../src/fairness/ownPart.ts';
import type { Event } from '../../src/game/events.ts';
import { initial } from '../../src/game/evolve.ts';
import { nothingPlayed, replayIn } from '../../src/table/replay.ts';
import { stepsOf } from '../../src/table/steps.ts';
import { DealRoom, hex32 } from './dealRoom.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recall-deal-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nonceOf = (seat: number) => hex32(`nonce of ${seat}`);

/** `npm run verify-deal`, without npm. */
async function verifyDeal(content: unknown): Promise<{ code: number; said: string }> {
  const file = join(folder, 'deal.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/verifyDeal.ts', file], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr });
    });
  });
}

/** A match of three, and what seat 0 kept: the record that the journal keeps of it, too. */
function played(revealing: readonly number[]): { own: OwnPart; match: unknown; replay: unknown } {
  const room = new DealRoom('room_1', 3);
  for (const seat of [0, 1, 2]) room.commit(seat, nonceOf(seat));
  room.start();
  const own = room.ownPart(0, nonceOf(0), false);
  for (const seat of revealing) room.reveal(seat, nonceOf(seat));
  if (revealing.length < 3) room.timeIsUp();
  const match = room.match('');
  room.playTurn();
  const { secret } = room.end();
  return { own, match: { ...match, secret }, replay: recordOf(room.journal) };
}

const recordOf = (journal: readonly Event[]) =>
  JSON.parse(replayIn(stepsOf(initial, journal), nothingPlayed, 0)?.record ?? 'null');

test('4 npm run verify-deal checks each step of what the page saved, and says who took part', async () => {
  const { own, match } = played([0, 1, 2]);
  const { code, said } = await verifyDeal({ own, match });
  expect(said).toMatch(/^ {2}fits: the part of cyd is the one that was committed to$/m);
  expect(said).toMatch(/^Took part: ann, bob, cyd$/m);
  expect(said).toMatch(/^FAIR/m);
  expect(said).not.toContain('DOES NOT FIT');
  expect(code).toBe(0);
});

test('4 npm run verify-deal names who was left out, and oneself loudly', async () => {
  const others = await verifyDeal(played([0, 2]));
  expect(others.said).toMatch(/^Left out: bob$/m);
  expect(others.said).toMatch(/^LIMITED.* up to 4 deals/m);
  const { said } = await verifyDeal(played([1, 2]));
  expect(said).toMatch(/^YOUR PART WAS LEFT OUT/m);
  expect(said).toMatch(/^CONSISTENT/m);
});

test('4 npm run verify-deal says no more than consistent of a record without one’s own, older ones included', async () => {
  const { replay } = played([0, 1, 2]);
  const { said } = await verifyDeal({ own: null, replay });
  // All cards of all hands.
  expect(said.match(/fits: card \d of/g)).toHaveLength(12);
  expect(said).toMatch(/^CONSISTENT/m);
  const room = new DealRoom('room_1', 3);
  room.start();
  room.playTurn();
  room.end();
  const older = await verifyDeal({ own: null, replay: recordOf(room.journal) });
  expect(older.said).toMatch(/^Took part: nobody$/m);
  expect(older.code).toBe(0);
});

test('4 npm run verify-deal fails where something does not fit, and where the file is no deal', async () => {
  const { own, replay } = played([0, 1, 2]);
  const { code, said } = await verifyDeal({ own, replay: { ...(replay as object), secret: hex32('another') } });
  expect(said).toMatch(/DOES NOT FIT: the secret/);
  expect(said).toMatch(/^BROKEN/m);
  expect(code).toBe(1);
  expect((await verifyDeal('{')).code).toBe(2);
  expect((await verifyDeal({ own: null })).said).toContain('not what the page saves');
});
