import { Cluster } from './cluster.ts';
import { EventLog, missingIn } from './eventLog.ts';
import { Party, retry } from './party.ts';
import { guestOf, killAll } from './process.ts';
import { TcpProxy } from './proxy.ts';
import { randomFrom } from './random.ts';
import { Storm } from './storm.ts';
import { Witness } from './witness.ts';

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

const room = { turn_time_limit: 10, max_players: 3, bots: 1 };
const settings = { LEASE_S: '1', RECONNECT_GRACE_S: '60', SAME_RANK_WINDOW_S: '0.2', EMPTY_ROOM_S: '0.5' };

/** Cuts the connections of players again and again, kills the processes of their rooms, and compares what they have heard. */
export async function cutPlayers({ cuts, seed, tables }: CutsOptions): Promise<CutsReport> {
  const cluster = await Cluster.start(2, settings);
  const random = randomFrom(seed);
  const victim = () => random.oneOf(cluster.processes);
  const storm = new Storm(random, { calmMs: 300, cutsForAKill: 10, victim });
  const report = { matches: 0, events: 0, faults: [] as string[] };
  let isOver = false;
  const play = async (table: number) => {
    for (let match = 0; !isOver; match++) {
      const logs = [new EventLog(), new EventLog()];
      const mine = await Promise.all(logs.map(() => TcpProxy.start(Number(new URL(cluster.front.url).port))));
      const witnesses = await sitDown(mine, logs, seed * 1000 + table * 100 + match);
      storm.ways.push(...mine);
      const party = new Party(witnesses);
      await witnesses[0]?.ask('start_match');
      await party.finished();
      storm.spare(mine);
      await Promise.all(witnesses.map((one) => one.sees(() => one.isSeated)));
      // What a client lacks that was away at the very end comes before any answer.
      for (const one of witnesses) await one.ask('get_room').catch(() => {});
      const journal = await cluster.read(party.roomId);
      for (const [i, one] of witnesses.entries()) {
        const log = logs[i] as EventLog;
        report.events += log.heard.length;
        report.faults.push(...missingIn(journal, one.sessionId, log));
      }
      report.matches++;
      await party.leave();
      await Promise.all(mine.map((way) => way.dispose()));
    }
  };
  try {
    const playing = Array.from({ length: tables }, (_, table) => play(table));
    while (storm.cuts < cuts) await storm.strike();
    isOver = true;
    await Promise.all(playing);
    return { ...report, cuts: storm.cuts, kills: storm.kills };
  } finally {
    await killAll();
    await cluster.stop();
  }
}

async function sitDown(ways: readonly TcpProxy[], logs: readonly EventLog[], seed: number): Promise<Witness[]> {
  const witnesses: Witness[] = [];
  for (const [i, way] of ways.entries()) {
    const url = `http://127.0.0.1:${way.port}`;
    const client = await retry(() => guestOf(url, `Player ${i}`));
    const roomId = witnesses[0]?.room.roomId;
    const seated = await retry(() =>
      roomId ? client.joinById(roomId, { events: true }) : client.create('recall', { ...room, events: true }),
    );
    const log = logs[i] as EventLog;
    witnesses.push(
      new Witness(client, seated, {
        seed: seed * 10 + i,
        thinkMs: 100,
        onMessage: (table, type, payload) => log.hear(table, type, payload),
      }),
    );
  }
  return witnesses;
}
