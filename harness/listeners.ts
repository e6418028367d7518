import { Callbacks } from '@colyseus/sdk';
import type { RecallState } from '../src/rooms/schema/state.ts';
import { Cluster } from './cluster.ts';
import { HeardHands } from './heardHands.ts';
import { Party } from './party.ts';
import { killAll } from './process.ts';
import { randomFrom } from './random.ts';
import { Storm, stormSettings, waysTo } from './storm.ts';
import type { TableRoom } from './table.ts';

export interface ListenersOptions {
  /** At least so many; two are played at a table, since a hand shrinks when the next one begins. */
  readonly matches: number;
  /** At least so many as well, and as many returns: with fewer, matches go on. None, if nothing is said. */
  readonly kills?: number;
  readonly seed: number;
  /** That are played at all the while, two people and a computer player at each. */
  readonly tables: number;
  /** Of a match, at most; as many as the rules allow, if nothing else is said. */
  readonly turns?: number;
  /** A line now and then. */
  readonly tell?: (line: string) => void;
}

export interface ListenersReport {
  readonly matches: number;
  readonly cuts: number;
  readonly kills: number;
  /** How often the SDK came back by itself, and how often it was another room of the SDK, with other listeners. */
  readonly returns: number;
  readonly rooms: number;
  /** All that listeners were told. */
  readonly patches: number;
  readonly players: number;
  readonly adds: number;
  readonly changes: number;
  readonly removes: number;
  readonly faults: readonly string[];
}

/**
 * Has players listen to the hands of all by Colyseus' callbacks while their connections are cut and processes are killed:
 * what the callbacks tell is compared with the state after each patch, and the state with the journal.
 */
export async function playListening({
  matches,
  kills = 0,
  seed,
  tables,
  turns,
  tell = () => {},
}: ListenersOptions): Promise<ListenersReport> {
  const cluster = await Cluster.start(2, { ...stormSettings, ...(turns && { MAX_TURNS: `${turns}` }) });
  const random = randomFrom(seed);
  const rooms = new Set<string>();
  // While a room is on its way from one process to another, nobody has it.
  const victim = () => cluster.homeOf(random.oneOf([...rooms]) ?? '').catch(() => undefined);
  // Each connection is cut every three seconds, and somebody killed every four or five.
  const storm = new Storm(random, { calmMs: 3000 / tables, cutsForAKill: 3 * tables, victim });
  const heard: HeardHands[] = [];
  const faults: string[] = [];
  const report = { matches: 0, returns: 0, rooms: 0 };
  const listen = (room: TableRoom) => {
    const hands = new HeardHands(Callbacks.get<RecallState>(room as never));
    heard.push(hands);
    report.rooms++;
    room.onReconnect(() => report.returns++);
    room.onStateChange(() => hands.compare(room.state as never));
  };
  let begun = 0;
  const play = async () => {
    while (begun < matches || storm.kills < kills || report.returns < kills) {
      begun += 2;
      const { ways, urls } = await waysTo(cluster.front);
      const party = await Party.begin({
        urls,
        seed: seed * 1000 + begun,
        thinkMs: 100,
        wayBack: begun % 8 === 0 ? 'by token' : 'automatic',
        onRoom: listen,
      });
      rooms.add(party.roomId);
      storm.ways.push(...ways);
      for (let match = 1; match <= 2; match++) {
        if (match > 1) {
          // A snapshot takes the place of the match before.
          for (const one of party.witnesses) one.forget();
          await party.witnesses[0]?.ask('start_match');
        }
        const isOver = ({ matchNumber, phase }: TableRoom['state']) => matchNumber === match && phase === 'finished';
        await Promise.all(party.witnesses.map((one) => one.sees(({ state }) => isOver(state))));
        report.matches++;
        faults.push(...(await party.faults(cluster.read)));
        if (report.matches % 10 === 0)
          tell(`${report.matches} matches ended, ${storm.cuts} cuts, ${storm.kills} kills`);
      }
      rooms.delete(party.roomId);
      storm.spare(ways);
      await party.leave();
      await Promise.all(ways.map((way) => way.dispose()));
    }
  };
  try {
    let isOver = false;
    const playing = Promise.all(Array.from({ length: tables }, play)).finally(() => {
      isOver = true;
    });
    await Promise.all([playing, storm.rage(() => !isOver)]);
    const sum = (what: keyof HeardHands['heard']) => heard.reduce((all, one) => all + one.heard[what], 0);
    return {
      ...{ ...report, cuts: storm.cuts, kills: storm.kills },
      ...{
        patches: sum('patches'),
        players: sum('players'),
        adds: sum('adds'),
        changes: sum('changes'),
        removes: sum('removes'),
      },
      faults: [...heard.flatMap((one) => one.faults), ...faults],
    };
  } finally {
    await killAll();
    await cluster.stop();
  }
}
