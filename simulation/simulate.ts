import type { RareThing } from './counts.ts';
import { unfinishedBusiness } from './ending.ts';
import type { Fault } from './modelStore.ts';
import { SimulatedPlayer } from './player.ts';
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
  /** Of the processes: their timers wait for a wall clock, which jumps and tells nobody. */
  readonly wallClocks?: boolean;
  /** Is told what happens, a line each. */
  readonly trace?: (line: string) => void;
}

/** One run: a room's whole life, with trouble. The same seed gives the same run. */
export function simulate(seed: number, options: Options = {}): Promise<Run> {
  const world = new World(seed, options);
  const { schedule, settings, witness, counts, players } = world;
  for (let i = 0; i < settings.processes; i++) world.startServer();
  for (let i = 1; i <= settings.players; i++) players.push(new SimulatedPlayer(world, i));
  makeTrouble(world);
  return new Promise((resolve) => {
    const unhandled = (error: unknown) => witness.object(`a rejection that nobody handles: ${error}`);
    process.on('unhandledRejection', unhandled);
    const goOn = () => {
      if (witness.objection === null && !isOver(world)) {
        if (!schedule.next()) witness.object('nothing happens any more');
        // Whatever that has set off comes to rest in between.
        setImmediate(goOn);
        return;
      }
      process.off('unhandledRejection', unhandled);
      witness.final();
      resolve({ seed, counts: counts.all, objection: witness.objection });
    };
    goOn();
  });
}

function isOver(world: World): boolean {
  if (!world.isQuiet) return false;
  const unfinished = unfinishedBusiness(world);
  if (unfinished !== null && world.time > world.settings.troubleMs + patienceMs)
    world.witness.object(`stuck: ${unfinished}`);
  if (unfinished === null) world.counts.add('an orphaned room came to its end', world.witness.roomIds.length - 1);
  return unfinished === null;
}
