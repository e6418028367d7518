import { afterAll, beforeAll, expect, test } from 'vitest';
import { partCommitmentOf } from '../../src/fairness/fairness.ts';
import type { Answers } from '../../src/protocol/answers.ts';
import { hex32 } from '../fairness/dealRoom.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const nonceOf = (player: TestPlayer, match = 1) => hex32(`${player.id} ${match}`);

async function seat(userId: string, roomId?: string, options: object = {}): Promise<TestPlayer> {
  const client = await server.client(userId);
  return new TestPlayer(roomId ? await client.joinById(roomId, options) : await client.create('recall', options));
}

function commits(player: TestPlayer, match = 1): Promise<Answers['deal_commit']> {
  const commitment = partCommitmentOf(nonceOf(player, match), player.roomId, match, player.id);
  return player.ask('deal_commit', { match_number: match, commitment });
}

const reveals = (player: TestPlayer, match = 1) =>
  player.ask('deal_reveal', { match_number: match, nonce: nonceOf(player, match) });

const partOf = (viewer: TestPlayer, player: TestPlayer) => viewer.state.players.get(player.id)?.dealPart;

test('4 players commit, see that the parts are closed, reveal, and see whose part is in', async () => {
  const ann = await seat('ann');
  const ben = await seat('ben', ann.roomId);
  await Promise.all([commits(ann), commits(ben)]);
  await ben.sees(({ players }) => players.get(ann.id)?.dealCommitment !== '');
  await ann.ask('start_match');
  const closed = await ben.event('deal_closed');
  expect(closed).toMatchObject({ match_number: 1, players: [ann.id, ben.id], taking_part: [ann.id, ben.id] });
  expect([ben.state.phase, ben.state.players.get(ben.id)?.status]).toEqual(['dealing', 'revealing']);

  const heardBefore = ben.heard.length;
  const before = JSON.stringify(ben.state.toJSON());
  await reveals(ann);
  await ben.ask('ping');
  // Nothing of it has come, nor that it was done.
  expect(ben.heard.slice(heardBefore)).toEqual([]);
  expect(JSON.stringify(ben.state.toJSON())).toBe(before);

  await reveals(ben);
  expect(await ann.event('match_started')).toMatchObject({ left_out: [] });
  expect([partOf(ben, ann), partOf(ben, ben), ben.state.dealFormula]).toEqual([nonceOf(ann), nonceOf(ben), 2]);
});

test('4 who does not reveal in time is left out and named, and a match is dealt all the same', async () => {
  const ann = await seat('cyd');
  const ben = await seat('dan', ann.roomId);
  await Promise.all([commits(ann), commits(ben)]);
  await ann.ask('start_match');
  await reveals(ben);
  expect(await ben.event('match_started')).toMatchObject({ left_out: [ann.id] });
  expect([partOf(ben, ann), partOf(ben, ben)]).toEqual(['left_out', nonceOf(ben)]);
  expect((await ann.refused('deal_reveal', { match_number: 1, nonce: nonceOf(ann) })).code).toBe('WRONG_PHASE');
});

test('4 an older client, which sends none of this, is dealt its cards at once', async () => {
  const ann = await seat('eve', undefined, { deal_nonce: 'lucky' });
  await seat('fay', ann.roomId);
  await ann.ask('start_match');
  const started = await ann.event('match_started');
  expect(ann.told('match_event')[0]?.type).toBe('match_started');
  expect(started).not.toHaveProperty('left_out');
  expect([ann.state.dealFormula, ann.state.phase]).toEqual([1, 'initial_peek']);
});

test('4 a full room that starts by itself waits for the commitment of a client that takes part', async () => {
  const ann = await seat('gus', undefined, { auto_start: true, max_players: 2, bots: 1, deal_part: true });
  await ann.sees(({ startsAt }) => startsAt > 0);
  expect(ann.state.phase).toBe('waiting_for_players');
  await commits(ann);
  await ann.sees(({ phase }) => phase === 'dealing');
  await reveals(ann);
  await ann.sees(({ phase }) => phase === 'initial_peek');
});

test('4 a part that is no SHA-256, or is not one’s own to reveal, is refused and changes nothing', async () => {
  const ann = await seat('hal');
  const ben = await seat('ivy', ann.roomId);
  const wrong = [{ commitment: 'ab' }, { commitment: 'G'.repeat(64) }, { commitment: 'A'.repeat(64) }, {}];
  for (const payload of wrong) {
    expect((await ann.refused('deal_commit', { match_number: 1, ...payload })).code).toBe('INVALID_PAYLOAD');
  }
  await commits(ann);
  await commits(ben);
  await ann.ask('start_match');
  const theirs = await ann.refused('deal_reveal', { match_number: 1, nonce: nonceOf(ben) });
  expect(theirs).toMatchObject({ code: 'INVALID_PAYLOAD', message: expect.stringContaining('committed') });
  expect(ben.state.phase).toBe('dealing');
});
