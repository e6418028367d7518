import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ToClient } from '../../src/protocol/toClient.ts';
import type { Calls, Report } from './playerOfProcess.ts';

/** What a player is told: the server's messages, and what becomes of the connection and of the match. */
export interface Told extends ToClient {
  closed: { code: number };
  finished: { winners: string[] };
}

/** What a player was told, and where. */
type Seen = { [T in keyof Told]: { table: string; type: T; payload: Told[T] } }[keyof Told];

/** The test's side of playerOfProcess.ts. */
export class PlayerProcess {
  /** Everything that it was sent so far. */
  readonly seen: Seen[] = [];
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  readonly #watchers = new Set<() => void>();
  #calls = 0;

  constructor(url: string) {
    // The SDK's own words about its connections are no part of a test's output.
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    this.#child = fork('test/wire/playerOfProcess.ts', [url], { execArgv: [], stdio: [...stdio] });
    this.#child.on('message', (report: Report) => {
      if ('call' in report) return this.#answered(report);
      this.seen.push(report as Seen);
      for (const watch of this.#watchers) watch();
    });
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#pending.values()) reject(new Error(`the player's process has ended (${code})`));
    });
  }

  /** @throws Error with what it was refused with: a code, or a text that begins with one. */
  do<Name extends keyof Calls>(name: Name, ...args: Parameters<Calls[Name]>): ReturnType<Calls[Name]> {
    const call = this.#calls++;
    this.#child.send({ call, name, args });
    return new Promise((resolve, reject) => this.#pending.set(call, { resolve, reject })) as ReturnType<Calls[Name]>;
  }

  /** What it was told of that type, at one table or at all. */
  all<T extends keyof Told>(type: T, table?: string): Told[T][] {
    const fitting = this.seen.filter((one) => one.type === type && (table === undefined || one.table === table));
    return fitting.map(({ payload }) => payload as Told[T]);
  }

  /** @returns the first message of this type at the table, once it is there. */
  sees<T extends keyof Told>(
    table: string,
    type: T,
    fits: (payload: Told[T]) => boolean = () => true,
  ): Promise<Told[T]> {
    return new Promise((resolve) => {
      const watch = () => {
        const found = this.all(type, table).find(fits);
        if (!found) return;
        this.#watchers.delete(watch);
        resolve(found);
      };
      this.#watchers.add(watch);
      watch();
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }

  #answered(report: Extract<Report, { call: number }>): void {
    const pending = this.#pending.get(report.call);
    this.#pending.delete(report.call);
    if ('refused' in report) pending?.reject(new Error(report.refused));
    else pending?.resolve(report.answer as never);
  }
}
