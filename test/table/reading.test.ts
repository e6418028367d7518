import { expect, test } from 'vitest';
import { seededChance } from '../../simulation/matches/chance.ts';
import { playMatches } from '../../simulation/matches/match.ts';
import { settingsFor } from '../../simulation/matches/settings.ts';
import { Unreadable } from '../../src/journal/journal.ts';
import { readRoom } from '../../src/table/reading.ts';

const roomId = 'room_1';

test('a match with more events than any can have is found too long, in a time that its length is no square of', async () => {
  const { value: events } = playMatches(settingsFor(2, 'classic', 'easy'), seededChance('long'), roomId, 1000).next();
  const begun = events.findIndex(({ type }) => type === 'turn_started') + 1;
  const entries = events.slice(0, begun).map((event) => JSON.stringify(event));
  const missed = [0, 1].map((seat) => JSON.stringify({ type: 'turn_missed', seat, kept: null, at: 2000 }));
  while (entries.length < 70_000) entries.push(...missed);
  let read = 0;
  const source = {
    roomId,
    people: async () => [],
    read: async (from: number, most: number) => {
      const range = entries.slice(from, from + most);
      read += range.length;
      return range;
    },
  };
  const error = await readRoom(source).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Unreadable);
  expect(error).toMatchObject({ fault: 'too_long', entry: 60_001 });
  expect(read).toBeLessThan(61_000);
});
