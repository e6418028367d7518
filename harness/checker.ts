import type { Event } from '../src/game/events.ts';
import { evolve, initial } from '../src/game/evolve.ts';
import { type Shown, showingTo, shownBy } from '../src/game/seen.ts';
import type { Room } from '../src/game/state.ts';
import { publicView } from '../src/game/view.ts';
import { RecallState } from '../src/rooms/schema/state.ts';
import { StateWriter } from '../src/rooms/schema/sync.ts';
import { cardsShown, matchEvent } from '../src/table/projection.ts';
import type { Testimony, Told } from './witness.ts';

/**
 * Compares all that clients were told and answered with the journal of their room.
 * @param journal all events of the room that there are; of what a snapshot stands for, nothing is compared but commands
 * @returns what was acknowledged and is lost, was done twice, or was invented, a line each; none where all is well.
 */
export function faultsIn(journal: readonly Event[], testimonies: readonly Testimony[]): readonly string[] {
  const truth = truthOf(journal);
  const known = new Map(testimonies.map((one) => [one.sessionId, one]));
  return [
    ...testimonies.flatMap((one) => [...faultsOfAnswers(truth, one), ...faultsOfTold(truth, one)]),
    ...faultsOfCommands(truth, known),
  ];
}

/** What the journal explains. */
interface Truth {
  /** A snapshot stands for so many events. */
  readonly base: number;
  /** As text, by number. */
  readonly events: ReadonlyMap<number, string>;
  /** What a seat may have been shown, by session id. */
  readonly shown: ReadonlyMap<string, ReadonlySet<string>>;
  /** The public state after each event. */
  readonly states: readonly string[];
  readonly commands: readonly { readonly sessionId: string; readonly commandId: string; readonly n: number }[];
}

function truthOf(journal: readonly Event[]): Truth {
  const events = new Map<number, string>();
  const shown = new Map<string, Set<string>>();
  const states: string[] = [];
  const commands: Truth['commands'][number][] = [];
  const synced = new RecallState();
  const writer = new StateWriter(synced);
  const show = (room: Room, one: Shown) => {
    const sessionId = room.seats[one.to]?.sessionId ?? '';
    shown.set(sessionId, (shown.get(sessionId) ?? new Set()).add(textOf(cardsShown(room, one))));
  };
  let room = initial;
  for (const event of journal) {
    room = evolve(room, event);
    if (event.type === 'snapshot') {
      for (const seat of room.seats)
        for (const { commandId, n } of seat?.done ?? [])
          commands.push({ sessionId: seat?.sessionId ?? '', commandId, n });
    }
    const told = matchEvent(room, event);
    if (told) events.set(room.n, textOf(told));
    const now = shownBy(event);
    if (now) show(room, now);
    if (event.type === 'seat_connected') for (const again of showingTo(room, event.seat, event.at)) show(room, again);
    if (event.type === 'command_done') {
      const sessionId = room.seats[event.seat]?.sessionId ?? '';
      commands.push({ sessionId, commandId: event.commandId, n: event.n });
    }
    if (event.type === 'room_opened' || event.type === 'snapshot') writer.settings(room.settings);
    writer.show(publicView(room));
    states.push(textOf(synced.toJSON()));
  }
  return { base: room.base, events, shown, states, commands };
}

function* faultsOfAnswers({ commands }: Truth, { sessionId, asked }: Testimony): Iterable<string> {
  for (const [commandId, { type, answer }] of asked) {
    if (!answer || !('n' in answer)) continue;
    const done = commands.find((one) => one.sessionId === sessionId && one.commandId === commandId);
    const move = `${type} (${commandId}) of ${sessionId}`;
    if (!done) yield `lost: ${move} was acknowledged with ${answer.n}, and the journal does not have it`;
    else if (done.n !== answer.n)
      yield `lost: ${move} was acknowledged with ${answer.n}, and is ${done.n} in the journal`;
  }
}

function* faultsOfCommands({ commands }: Truth, known: ReadonlyMap<string, Testimony>): Iterable<string> {
  const done = new Set<string>();
  for (const { sessionId, commandId, n } of commands) {
    const key = `${sessionId} ${commandId}`;
    if (done.has(key)) yield `twice: ${commandId} of ${sessionId} was done again with ${n}`;
    done.add(key);
    const asked = known.get(sessionId)?.asked.get(commandId);
    if (!asked) yield `invented: nobody asked for ${commandId} of ${sessionId} (${n})`;
    else if (asked.answer && 'refused' in asked.answer)
      yield `invented: ${asked.type} (${commandId}) of ${sessionId} was refused, and done (${n})`;
  }
}

function* faultsOfTold({ base, events, shown, states }: Truth, { sessionId, told }: Testimony): Iterable<string> {
  const numbers = [...events.keys()];
  let state = 0;
  let last: number | null = null;
  for (const one of toldAfter(base, told)) {
    if (one.kind === 'back') last = null;
    if (one.kind === 'state') {
      const found = states.indexOf(textOf(one.state), state);
      if (found === -1) yield `lost: ${sessionId} saw a state that the journal does not have after ${state}`;
      else state = found;
    }
    if (one.kind !== 'message') continue;
    const text = textOf(one.payload);
    if (one.type === 'cards_shown' && !shown.get(sessionId)?.has(text))
      yield `invented: ${sessionId} was shown ${text}, and the journal does not say so`;
    if (one.type !== 'match_event') continue;
    const { n } = one.payload as { n: number };
    if (n <= base) continue;
    const truth = events.get(n);
    if (truth === undefined) yield `lost: ${sessionId} was told ${text}, and the journal does not have it`;
    else if (truth !== text) yield `invented: ${sessionId} was told ${text}, and the journal has ${truth}`;
    if (last !== null && n <= last) yield `twice: ${sessionId} was told of ${n} after ${last}`;
    const between = numbers.find((number) => last !== null && number > last && number < n);
    if (between !== undefined) yield `lost: ${sessionId} was told of ${last} and ${n}, and not of ${between}`;
    last = n;
  }
}

/** What somebody was told from the first event on that is still there: a state of before may be one that is not. */
function toldAfter(base: number, told: Testimony['told']): Testimony['told'] {
  const isAfter = (one: Told) =>
    one.kind === 'message' && one.type === 'match_event' && (one.payload as { n: number }).n > base;
  const first = base === 0 ? 0 : told.findIndex(isAfter);
  return first === -1 ? [] : told.slice(first);
}

/** The same for values that are equal, in whatever order their fields come. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one !== null && typeof one === 'object' && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
