import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import type { JournalStore } from './store.ts';

/** What a test of the journal has: two processes, and the id of a room that is not there yet. */
export interface TwoProcesses {
  readonly store: JournalStore;
  readonly first: Journal;
  readonly second: Journal;
  readonly roomId: string;
}

export const newRoom = (): string => `room_${randomUUID()}`;

/** Has each test of a `describe` given two processes on a store of their own. */
export function twoProcessesOn(makeStore: () => Promise<JournalStore>, given: (made: TwoProcesses) => void): void {
  let made: TwoProcesses;

  beforeEach(async () => {
    const store = await makeStore();
    made = { store, first: await store.start(), second: await store.start(), roomId: newRoom() };
    given(made);
  });

  afterEach(async () => {
    await made.first.close();
    await made.second.close();
    await made.store.dispose();
  });
}
