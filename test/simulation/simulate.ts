import { setImmediate as rest } from 'node:timers/promises';
import { phaseOf, seatByUser } from '../../src/game/room.ts';
import type { RareThing } from './counts.ts';
import type { Fault } from './modelStore.ts';
import { Player } from './player.ts';
import { same } from './same.ts';
import { makeTrouble } from './trouble.ts';
import { World } from './world.ts';

export interface Run {
  readonly seed: number;
  readonly counts: Record<RareThing, number>;
  /** What didn't fit, or null. */
  readonly objection: string | null;
}

/** When the trouble is over, a room has so long to come to its end, ms. */
const patienceMs = 3_600_000;

export interface Options {
  /** Of the store: a checker that doesn't object then is none. */
  readonly fault?: Fault;
  /** Is told what happens, a line each. */
  readonly trace?: (line: string) => void;
}

/** So many runs at a time share each turn of the event loop: its turns cost more than what happens in them. */
const atATime = 64;

/** Many runs; none of them knows of another. */
export async function simulateAll(seeds: readonly number[], options: Options, done: (run: Run) => void): Promise<void> {
  const waiting = [...seeds];
  const work = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) done(await simulate(seed, options));
  };
  await Promise.all(Array.from({ length: atATime }, work));
}

/** One run: a room's whole life, with trouble. The same seed gives the same run. */
export async function simulate(seed: number, options: Options = {}): Promise<Run> {
  const world = new World(seed, options);
  const { schedule, settings, witness, counts } = world;
  for (let i = 0; i < settings.processes; i++) world.startServer();
  for (let i = 1; i <= settings.players; i++) world.players.push(new Player(world, i));
  makeTrouble(world);
  while (witness.objection === null && !isOver(world)) {
    if (!schedule.next()) witness.object('nothing happens any more');
    // Whatever that has set off comes to rest.
    await rest();
    if (world.time > settings.troubleMs + patienceMs) witness.object(stuck(world));
  }
  witness.final();
  return { seed, counts: counts.all, objection: witness.objection };
}

function isOver(world: World): boolean {
  const { witness, store, players, roomId, counts } = world;
  if (!world.isQuiet || roomId === null) return false;
  const ledger = witness.ledger(roomId);
  const entries = store.entriesOf(roomId);
  if (!world.isFinished || (ledger.room.closed && entries)) return false;
  // Whoever is connected sees what the journal says, and whoever sits there is connected.
  const isUpToDate = ({ userId, seen }: Player) =>
    seen ? seen.n === ledger.length && same(seen.view, ledger.view(ledger.length)) : !seatByUser(ledger.room, userId);
  const areUpToDate = ledger.room.closed || players.filter(({ isDone }) => !isDone).every(isUpToDate);
  const orphans = witness.roomIds.filter((id) => id !== roomId);
  if (!areUpToDate || orphans.some((id) => store.entriesOf(id))) return false;
  counts.add('an orphaned room came to its end', orphans.length);
  return true;
}

function stuck({ witness, roomId, players, store }: World): string {
  const { room, length } = witness.ledger(roomId ?? '');
  const where = players.map(({ userId, seen }) => `${userId} ${seen ? `sees event ${seen.n}` : 'is out'}`).join(', ');
  const left = store.list().map((one) => `${one.roomId} at ${one.owner || 'nobody'}`);
  return `a room is stuck in ${phaseOf(room)} at event ${length}: ${where}; ${left.join(', ')}`;
}
