import { SchemaSerializer } from '@colyseus/core';
import { $changes } from '@colyseus/schema';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../harness/ports.ts';
import { FreshIds, turnOf } from '../../src/colyseus/freshIds.ts';
import { maxEntries } from '../../src/game/room.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { RecallState } from '../../src/rooms/schema/state.ts';
import { reconnects } from '../cluster/drawn.ts';
import { temporaryFolder } from '../people/folder.ts';
import { TestPlayer } from '../rooms/player.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** What counts the instances of a state. */
const rootOf = (state: RecallState) => (state[$changes] as unknown as { root: { nextUniqueId: number } }).root;

test('no id is beyond what every SDK reads, whatever has happened in a room, and however often it was taken over', () => {
  for (const mostEvents of [2 * maxEntries, 59_999, 60_000, 250_000, 100_000_000])
    for (const claims of [1, 2, 8192, 8193, 1_000_000]) {
      const state = new RecallState();
      new SchemaSerializer<RecallState>().reset(state);
      const ids = new FreshIds(state, mostEvents, claims);
      const { nextUniqueId } = rootOf(state);
      // Unity's has a float.
      expect([Math.fround(nextUniqueId), Math.fround(nextUniqueId + 1023)]).toEqual([
        nextUniqueId,
        nextUniqueId + 1023,
      ]);
      expect(ids.areUsedUp(mostEvents)).toBe(false);
    }
});

/** The state of the room has made so many instances by now, as if much more had happened in it than has. */
function useIds({ colyseus }: TestServer, roomId: string, ids: number): void {
  rootOf(colyseus.getRoomById(roomId).state as RecallState).nextUniqueId = ids;
}

test('each 60,000 events ids begin anew, and everybody comes for another decoder', () => {
  const state = new RecallState();
  new SchemaSerializer<RecallState>().reset(state);
  const ids = new FreshIds(state, 59_990, 1);
  expect([59_990, 59_999, 60_000].map((events) => ids.areUsedUp(events))).toEqual([false, false, true]);
  expect([0, 59_999, 60_000, 120_000].map(turnOf)).toEqual([0, 0, 1, 2]);
});

test('a room that has used more ids than it may has its players come back to a fresh state, which no takeover garbles (never again 41)', async () => {
  const settings = { DATA_DIR: temporaryFolder(), PORT: `${await freePort()}` };
  const first = await startServer(settings);
  const client = await first.guest('Ann');
  const before = new TestPlayer(await client.create('recall', { max_players: 2, bots: 1 }));
  // Those with which the next process began, once.
  useIds(first, before.roomId, 2 * 65_536);
  await before.ask('start_match');
  expect(await before.closed).toBe(closeCodes.comeAnew);
  const ann = new TestPlayer(await client.reconnect(before.connection.reconnectionToken));
  expect([ann.roomId, ann.id]).toEqual([before.roomId, before.id]);
  await ann.ask('completed_initial_peek', { slots: [0, 1] });

  const back = reconnects(ann);
  await first.stop();
  const second = await startServer(settings);
  onTestFinished(() => second.stop());
  await back;
  await ann.sees(({ players }) => players.get(ann.id)?.connected === true);
  const anew = new TestPlayer(await client.joinById(ann.roomId));
  await anew.message('already_joined');
  expect(ann.state.toJSON()).toEqual(anew.state.toJSON());
});
