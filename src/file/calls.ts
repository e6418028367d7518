import type { MessagePort } from 'node:worker_threads';
import { spaced } from '../ops/spaced.ts';
import { type Packed, pack, unpack } from './errors.ts';

/**
 * Calls from one thread to another. All that is asked in a turn of the event loop, or in some ms where there is much, is one
 * message, and so is all that is answered in one: what a message costs is the waking of the other thread.
 */

/** Messages are so far apart at least, ms: what comes in one shares a flush, too, which costs as much as seven moves do. */
const apartMs = 2;

type Args = readonly unknown[];
// biome-ignore lint/suspicious/noExplicitAny: whatever can be cloned.
type Methods = Record<string, (...args: any[]) => unknown>;

/** What is asked, by names, for an answer with that number. */
type Call = readonly [id: number, service: string, method: string, args: Args];
/** What came of it: a value, or an error. */
type Answer = readonly [id: number, value: unknown, error?: Packed];

export interface Asked {
  /** When it was asked, Unix ms: the other thread goes by the same clock. */
  readonly now: number;
  readonly calls: readonly Call[];
}

export interface Answered {
  readonly answers: readonly Answer[];
}

type Settle = { readonly resolve: (value: never) => void; readonly reject: (error: unknown) => void };

let underWay = 0;

/** How many calls of this process wait for their answers. Where none does, no thread has anything left to do for it. */
export const callsUnderWay = (): number => underWay;

/** The side that asks. */
export class Caller {
  readonly #ask: () => void;
  readonly #pending = new Map<number, Settle>();
  #calls: Call[] = [];
  #lastId = 0;
  #ended: unknown;

  /** @param now Unix ms */
  constructor(post: (asked: Asked) => void, now: () => number) {
    this.#ask = spaced(() => {
      const calls = this.#calls;
      this.#calls = [];
      post({ now: now(), calls });
    }, apartMs);
  }

  /** Whether something was asked that has not been answered yet. */
  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  /** @returns what the method of the service returns there. @throws what it throws */
  call<T>(service: string, method: string, ...args: Args): Promise<T> {
    return this.#put((call) => this.#calls.push(call), service, method, args);
  }

  /** As `call`, but before all that was not sent yet: for what changes the time that goes with it. */
  callFirst<T>(service: string, method: string, ...args: Args): Promise<T> {
    return this.#put((call) => this.#calls.unshift(call), service, method, args);
  }

  answered({ answers }: Answered): void {
    for (const [id, value, error] of answers) {
      const settle = this.#pending.get(id);
      if (this.#pending.delete(id)) underWay--;
      if (error) settle?.reject(unpack(error));
      else settle?.resolve(value as never);
    }
  }

  #put<T>(put: (call: Call) => void, service: string, method: string, args: Args): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject });
      underWay++;
      put([id, service, method, args]);
      this.#ask();
    });
  }

  /** Nothing is answered any more. */
  end(error: unknown): void {
    this.#ended = error;
    for (const { reject } of this.#pending.values()) reject(error);
    underWay -= this.#pending.size;
    this.#pending.clear();
  }
}

/** The side that answers: carries out what is asked, in order. @param services by their names */
export function answerCalls(port: MessagePort, services: Record<string, Methods>): (asked: Asked) => void {
  let answers: Answer[] = [];
  const flush = () => {
    const told: Answered = { answers };
    answers = [];
    port.postMessage(told);
  };
  const answer = (one: Answer) => {
    // When all is settled that settles now: a commit has answers for many.
    if (answers.length === 0) process.nextTick(flush);
    answers.push(one);
  };
  return ({ calls }) => {
    for (const [id, service, method, args] of calls) {
      const run = async () => {
        const found = services[service]?.[method];
        if (!found) throw new TypeError(`there is no ${service}.${method}`);
        return found(...args);
      };
      run().then(
        (value) => answer([id, value]),
        (error) => answer([id, undefined, pack(error)]),
      );
    }
  };
}
