import { Cluster } from './cluster.ts';
import { EventLog, missingIn } from './eventLog.ts';
import { Party } from './party.ts';
import { killAll } from './process.ts';
import { randomFrom } from './random.ts';
import { Storm, stormSettings, waysTo } from './storm.ts';

export interface CutsOptions {
  /** How many connections are cut, each for 0.1 to 2 s; at each tenth a process is killed. */
  readonly cuts: number;
  readonly seed: number;
  /** Tables that are played at all the while, two people and a computer player at each. */
  readonly tables: number;
}

export interface CutsReport {
  readonly cuts: number;
  readonly kills: number;
  readonly matches: number;
  readonly events: number;
  readonly faults: readonly string[];
}

/** Cuts the connections of players again and again, kills the processes of their rooms, and compares what they have heard. */
export async function cutPlayers({ cuts, seed, tables }: CutsOptions): Promise<CutsReport> {
  const cluster = await Cluster.start(2, stormSettings);
  const random = randomFrom(seed);
  const victim = () => random.oneOf(cluster.processes);
  const storm = new Storm(random, { calmMs: 300, cutsForAKill: 10, victim });
  const report = { matches: 0, events: 0, faults: [] as string[] };
  let isOver = false;
  const play = async (table: number) => {
    for (let match = 0; !isOver; match++) {
      const logs = new Map<string, EventLog>();
      const { ways, urls } = await waysTo(cluster.front);
      const party = await Party.begin({
        urls,
        entry: { events: true },
        seed: seed * 1000 + table * 100 + match,
        thinkMs: 100,
        onRoom: ({ sessionId }) => logs.set(sessionId, logs.get(sessionId) ?? new EventLog()),
        onMessage: (room, ...message) => logs.get(room.sessionId)?.hear(room, ...message),
      });
      const { witnesses } = party;
      storm.ways.push(...ways);
      await party.finished();
      storm.spare(ways);
      await Promise.all(witnesses.map((one) => one.sees(() => one.isSeated)));
      // What a client lacks that was away at the very end comes before any answer.
      for (const one of witnesses) await one.ask('get_room').catch(() => {});
      const journal = await cluster.read(party.roomId);
      for (const [sessionId, log] of logs) {
        report.events += log.heard.length;
        report.faults.push(...missingIn(journal, sessionId, log));
      }
      report.matches++;
      await party.leave();
      await Promise.all(ways.map((way) => way.dispose()));
    }
  };
  try {
    const playing = Array.from({ length: tables }, (_, table) => play(table));
    const raging = storm
      .rage(() => storm.cuts < cuts)
      .then(() => {
        isOver = true;
      });
    await Promise.all([...playing, raging]);
    return { ...report, cuts: storm.cuts, kills: storm.kills };
  } finally {
    await killAll();
    await cluster.stop();
  }
}
