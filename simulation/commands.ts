import type { EventOf } from '../src/game/events.ts';
import type { Room } from '../src/game/state.ts';
import type { Answers } from '../src/protocol/answers.ts';
import type { Asked } from '../src/table/messages.ts';
import { requestOf } from '../src/table/requests.ts';
import type { Counts } from './counts.ts';
import type { Asking } from './frames.ts';
import { same } from './same.ts';

interface Command {
  readonly userId: string;
  readonly asking: Asking;
  /** Copies of it that have been sent, and that nobody has answered. */
  open: number;
  /** As the journal has it. */
  done: { readonly n: number; readonly sessionId: string | undefined } | null;
  answer: { readonly said: object; readonly token: number } | null;
  /** Every copy was answered, the last one with the words that nothing has changed. */
  isUnchanged: boolean;
}

/** The commands of players that have an id: each is done once at most, and what is said of it is true. */
export class Commands {
  readonly #commands = new Map<string, Command>();
  readonly #counts: Counts;
  readonly #object: (what: string) => void;

  constructor(counts: Counts, object: (what: string) => void) {
    this.#counts = counts;
    this.#object = object;
  }

  /** A player asks for something, or asks again. */
  asked(userId: string, asking: Asking): void {
    const { commandId } = asking;
    if (commandId === undefined) return;
    const known = this.#commands.get(commandId);
    const command = known ?? { userId, asking, open: 0, done: null, answer: null, isUnchanged: false };
    command.open++;
    command.isUnchanged = false;
    this.#commands.set(commandId, command);
  }

  /** @param room as the event leaves it */
  done(room: Room, { commandId, seat, n, sessionId, request }: EventOf<'command_done'>): void {
    const command = this.#commands.get(commandId);
    if (!command) {
      this.#object(`command ${commandId} was carried out, and nobody has asked for it`);
      return;
    }
    const { command_id, ...payload } = command.asking.payload as { command_id?: string };
    if (request !== requestOf(command.asking.type, payload))
      this.#object(`command ${commandId} was asked for otherwise`);
    if (room.seats[seat]?.userId !== command.userId)
      this.#object(`command ${commandId} was carried out for another seat`);
    if (command.done) this.#object(`command ${commandId} was carried out twice`);
    command.done = { n, sessionId };
  }

  /** @param token of the owner that answers */
  answered({ commandId, type }: Asking, said: Answers[Asked], token: number): void {
    const command = commandId === undefined ? undefined : this.#commands.get(commandId);
    if (!command) return;
    const { done, answer: before } = command;
    const isTrue = 'session_id' in said ? done?.sessionId === said.session_id : 'n' in said && done?.n === said.n;
    if (!done || !isTrue) this.#object(`${type} ${commandId} was answered, and the journal has it otherwise`);
    if (before) this.#counts.add('a repeat was answered from the journal');
    if (before && before.token !== token) this.#counts.add('a repeat was answered by another owner');
    if (before && !same(before.said, said)) this.#object(`${type} ${commandId} was answered in two ways`);
    command.open--;
    command.answer = { said, token };
  }

  refused({ commandId }: Asking, message: string): void {
    const command = commandId === undefined ? undefined : this.#commands.get(commandId);
    if (!command) return;
    const saysUnchanged = message.includes('nothing has changed');
    if (saysUnchanged) this.#counts.add('a command was refused, and nothing had changed');
    command.open--;
    command.isUnchanged = saysUnchanged && command.open === 0;
  }

  /** When the run is over. */
  final(): void {
    for (const [id, { isUnchanged, done }] of this.#commands) {
      if (isUnchanged && done) this.#object(`command ${id} was refused since nothing had changed, and was carried out`);
    }
  }
}
