import { CloseCode, type Room } from '@colyseus/sdk';
import { Participant } from '../../src/fairness/ownPart.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { CreateOptions } from '../../src/protocol/options.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';
import {
  cameBack,
  cardsShown,
  clearTable,
  clockMoved,
  happened,
  joined,
  left,
  tableChanged,
} from '../state/happened.ts';
import { playerName } from '../state/playerName.ts';
import { link, refusal, screen } from '../state/screen.ts';
import { forgetSeat, parts, storedSeat, storeSeat } from '../state/stored.ts';
import { me } from '../state/table.ts';
import type { NoticeKey } from '../strings.ts';
import { asGuest, client, mayPass, randomHex, shownName, type Trouble, troubleOf } from './client.ts';
import { firstWaitMs, inTime, longestWaitMs, pause } from './patience.ts';
import { type Pulse, takePulse } from './pulse.ts';
import { type Listener, letGo, listen, measureTime } from './room.ts';

/** The way into a room, back into it after whatever has happened, and out of it. */

/** The room that the page is in, or is on its way back to. */
let room: Room<GameRoom> | null = null;
export const currentRoom = (): Room<GameRoom> | null => room;
let pulse: Pulse | null = null;
/** The player acts, and waits for what happens. */
export const hurry = (): void => pulse?.hurry();
/** A newer way in, or a way out, makes what an older one brings void. */
let attempts = 0;

/** So long the page tries to get back by itself before it asks. */
export const comeBackMs = 90_000;

export const playNow = (): Promise<void> =>
  enter(null, (own) => client.joinOrCreate<GameRoom>('recall', { random: true, ...own }));

export type Wishes = Partial<Omit<CreateOptions, 'random' | 'name' | 'deal_nonce' | 'deal_part'>>;
export const openRoom = (wishes: Wishes): Promise<void> =>
  enter(null, (own) => client.create<GameRoom>('recall', { ...wishes, ...own }));

/** By a link: who has no seat there yet, and no name, is asked for one first. */
export function followLink(roomId: string): void {
  if (room?.roomId === roomId || storedSeat(roomId) || playerName.value.trim() !== '') void joinRoom(roomId);
  else {
    putDown();
    screen.value = { at: 'name', roomId };
  }
}

/** Into a room by its id: back to one's seat, where one has one there. */
export async function joinRoom(roomId: string, password?: string): Promise<void> {
  // Who is on the way out has to be out first: their seat would be given up after they took it again.
  await leaving;
  if (room?.roomId === roomId) return;
  if (password === undefined && storedSeat(roomId)) return enter(roomId, () => backIn(roomId));
  return enter(roomId, (own) => client.joinById<GameRoom>(roomId, password === undefined ? own : { ...own, password }));
}

async function enter(roomId: string | null, call: (own: OwnOptions) => Promise<Room<GameRoom>>): Promise<void> {
  putDown();
  const attempt = ++attempts;
  screen.value = { at: 'entering' };
  const own = ownOptions();
  try {
    const entered = await asGuest(() => inTime(call(own), letGo));
    if (attempt !== attempts) return letGo(entered);
    sitDown(entered);
  } catch (error) {
    if (attempt === attempts) refused(troubleOf(error), roomId, () => void enter(roomId, call));
  }
}

/** By the token of the seat; where that is used up, by its user. */
async function backIn(roomId: string): Promise<Room<GameRoom>> {
  const stored = storedSeat(roomId);
  if (stored) {
    try {
      return await client.reconnect<GameRoom>(stored.token);
    } catch {
      // Used up, or the seat is in use in another tab: its user gets it all the same.
    }
  }
  return client.joinById<GameRoom>(roomId, ownOptions());
}

interface OwnOptions {
  readonly name?: string;
  readonly deal_part: true;
}

function ownOptions(): OwnOptions {
  const name = shownName();
  return name === undefined ? { deal_part: true } : { name, deal_part: true };
}

function sitDown(entered: Room<GameRoom>): void {
  room = entered;
  me.value = entered.sessionId;
  link.value = 'open';
  keepSeat();
  listen(entered, listenerOf(entered));
  pulse?.stop();
  pulse = takePulse(entered);
  measureTime(entered);
  const hash = `#${entered.roomId}`;
  if (location.hash !== hash) location.hash = hash;
}

/** The token changes with every connection. */
function keepSeat(): void {
  if (room) storeSeat({ roomId: room.roomId, token: room.reconnectionToken });
}

function listenerOf(entered: Room<GameRoom>): Listener {
  /** What an old connection still says is of no use. */
  const current =
    <A extends unknown[]>(handle: (...args: A) => void) =>
    (...args: A) => {
      if (room === entered) handle(...args);
    };
  const participant = new Participant({
    sessionId: entered.sessionId,
    keeper: parts,
    freshNonce: () => randomHex(32),
    send: ({ type, payload }) => entered.request(type, payload),
  });
  let byOperator = false;
  return {
    state: current((table) => {
      participant.see({ ...table, players: Object.values(table.players) });
      tableChanged(table);
      if (screen.value.at !== 'table') screen.value = { at: 'table' };
    }),
    event: current(happened),
    cardsShown: current(cardsShown),
    joined: current(joined),
    left: current(left),
    clockMoved: current(clockMoved),
    paused: current(() => {
      link.value = 'paused';
    }),
    resumed: current(() => {
      link.value = 'open';
    }),
    dropped: current(() => {
      link.value = 'dropped';
    }),
    back: current(() => {
      link.value = 'open';
      cameBack();
      keepSeat();
      measureTime(entered);
    }),
    closed: current(({ reason }) => {
      byOperator = reason === 'closed';
    }),
    over: current((code) => over(code, entered.roomId, byOperator)),
  };
}

/** The connection is closed for good. */
function over(code: number, roomId: string, byOperator: boolean): void {
  pulse?.stop();
  const back = () => void joinRoom(roomId);
  switch (code) {
    case closeCodes.left:
      forgetSeat(roomId);
      toLobby();
      break;
    case closeCodes.replaced:
      stop('replaced', back);
      break;
    case closeCodes.kicked:
      forgetSeat(roomId);
      stop('kicked');
      break;
    case closeCodes.tooManyBadMessages:
      stop('too_many', back);
      break;
    case closeCodes.signedOut:
      forgetSeat(roomId);
      void client.auth.signOut();
      stop('signed_out');
      break;
    case closeCodes.roomClosed:
      forgetSeat(roomId);
      stop(byOperator ? 'closed_by_operator' : 'closed');
      break;
    case CloseCode.WITH_ERROR:
      void afterError(roomId);
      break;
    default:
      void comeBack(roomId);
  }
}

/** Another tab of this browser that has come by the seat's token has a newer one a moment later. */
async function afterError(roomId: string): Promise<void> {
  const attempt = ++attempts;
  const own = room?.reconnectionToken;
  await pause(firstWaitMs);
  if (attempt !== attempts) return;
  const kept = storedSeat(roomId)?.token;
  if (kept !== undefined && kept !== own) stop('replaced', () => void joinRoom(roomId));
  else void comeBack(roomId);
}

/** The SDK has given up: the table stays in sight while the page tries by itself. */
async function comeBack(roomId: string): Promise<void> {
  const attempt = ++attempts;
  const until = performance.now() + comeBackMs;
  link.value = 'dropped';
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs)) {
    try {
      const entered = await asGuest(() => inTime(backIn(roomId), letGo));
      if (attempt !== attempts) return letGo(entered);
      sitDown(entered);
      return cameBack();
    } catch (error) {
      if (attempt !== attempts) return;
      const trouble = troubleOf(error);
      if (!mayPass(trouble) || performance.now() > until) {
        return refused(trouble, roomId, () => void joinRoom(roomId));
      }
    }
    await pause(wait);
    if (attempt !== attempts) return;
  }
}

const noticeOf: { readonly [T in Trouble]?: NoticeKey } = {
  ROOM_NOT_FOUND: 'not_found',
  ROOM_FULL: 'full',
  MATCH_RUNNING: 'running',
  NOT_ALLOWED: 'not_allowed',
  KICKED: 'kicked',
  TOO_MANY_ROOMS: 'too_many_rooms',
  NO_GUESTS: 'no_guests',
  TOO_MANY_ATTEMPTS: 'busy',
  TOO_MANY_REQUESTS: 'busy',
  AWAY: 'away',
  UNAVAILABLE: 'unable',
  INTERNAL: 'unable',
  FAULT: 'fault',
};

/** The same call is refused again, however often it is made. */
const hopeless: ReadonlySet<Trouble> = new Set(['ROOM_NOT_FOUND', 'NO_GUESTS', 'NOT_ALLOWED', 'KICKED']);

function refused(trouble: Trouble, roomId: string | null, again: () => void): void {
  if (roomId !== null && (trouble === 'PASSWORD_REQUIRED' || trouble === 'WRONG_PASSWORD')) {
    screen.value = { at: 'password', roomId, why: trouble };
    return;
  }
  if ((trouble === 'ROOM_NOT_FOUND' || trouble === 'KICKED') && roomId !== null) forgetSeat(roomId);
  const helps = !hopeless.has(trouble);
  stop(noticeOf[trouble] ?? 'refused', helps ? again : undefined);
}

function stop(notice: NoticeKey, again?: () => void): void {
  putDown();
  screen.value = again ? { at: 'notice', notice, again } : { at: 'notice', notice };
}

/** Lets go of the room, not of the seat. */
function putDown(): void {
  attempts++;
  const old = room;
  room = null;
  pulse?.stop();
  if (old) letGo(old);
  clearTable();
  refusal.value = null;
  link.value = 'open';
}

/** To the lobby; a seat waits there to be taken again. */
export function toLobby(): void {
  putDown();
  screen.value = { at: 'lobby' };
  if (location.hash) history.pushState(null, '', location.pathname + location.search);
}

/** Where the address names no room that there could be. */
export const toNoRoom = (): void => stop('not_found');

let leaving: Promise<unknown> | null = null;

/** Gives the seat up. The address names the room no more at once: it may be followed again. */
export async function leave(): Promise<void> {
  const old = room;
  room = null;
  if (old) {
    leaving = Promise.race([old.leave(), pause(1500)]);
    forgetSeat(old.roomId);
  }
  toLobby();
  await leaving;
  leaving = null;
}

// Not all the while: a request is a sign that somebody is there, and the others are told who is away.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  hurry();
  if (room && link.value === 'open') measureTime(room);
});
