import { pause } from '../../packages/recall-protocol/src/patience.ts';
import { randomHex } from '../../packages/recall-protocol/src/room.ts';
import type { Seat } from '../../packages/recall-protocol/src/seat.ts';
import { mayPass, type Trouble, troubleOf } from '../../packages/recall-protocol/src/trouble.ts';
import { Participant } from '../../src/fairness/ownPart.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { CreateOptions, JoinOptions } from '../../src/protocol/options.ts';
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
import { measure } from '../state/serverTime.ts';
import { forgetSeat, parts, storedSeat, storeSeat } from '../state/stored.ts';
import { copyOf, me } from '../state/table.ts';
import type { NoticeKey } from '../strings.ts';
import { client, recall, shownName } from './client.ts';

/** The way into a room, back into it after whatever has happened, and out of it. */

/** The seat that the page is at, or is on its way back to. */
let seat: Seat | null = null;
export const currentSeat = (): Seat | null => seat;
/** A newer way in, or a way out, makes what an older one brings void. */
let attempts = 0;

export const playNow = (): Promise<void> => enter(null, (own) => recall.joinOrCreate(own));

export type Wishes = Partial<Omit<CreateOptions, 'random' | 'name' | 'deal_nonce' | 'deal_part'>>;
export const openRoom = (wishes: Wishes): Promise<void> => enter(null, (own) => recall.create({ ...wishes, ...own }));

/** By a link: who has no seat there yet, and no name, is asked for one first. */
export function followLink(roomId: string): void {
  if (seat?.roomId === roomId || storedSeat(roomId) || playerName.value.trim() !== '') void joinRoom(roomId);
  else {
    putDown();
    screen.value = { at: 'name', roomId };
  }
}

/** Into a room by its id: back to one's seat, where one has one there. */
export async function joinRoom(roomId: string, password?: string): Promise<void> {
  // Who is on the way out has to be out first: their seat would be given up after they took it again.
  await leaving;
  if (seat?.roomId === roomId) return;
  if (password === undefined && storedSeat(roomId)) return enter(roomId, (own) => backIn(roomId, own));
  return enter(roomId, (own) => recall.joinById(roomId, { ...own, password }));
}

/** What comes with every way in. */
type Own = Pick<JoinOptions, 'name' | 'deal_part'>;

async function enter(roomId: string | null, call: (own: Own) => Promise<Seat>): Promise<void> {
  putDown();
  const attempt = ++attempts;
  screen.value = { at: 'entering' };
  try {
    const entered = await call({ name: shownName(), deal_part: true });
    if (attempt !== attempts) return entered.letGo();
    sitDown(entered);
  } catch (error) {
    if (attempt === attempts) refused(troubleOf(error), roomId, () => void enter(roomId, call));
  }
}

/** By the token of the seat; where that seat is not to be had any more, as whoever comes. */
async function backIn(roomId: string, own: Own): Promise<Seat> {
  const stored = storedSeat(roomId);
  if (stored) {
    try {
      return await recall.reconnect(stored.token, own);
    } catch (error) {
      // It may have been given up; but where nobody answers, nobody knows.
      if (mayPass(troubleOf(error))) throw error;
    }
  }
  return recall.joinById(roomId, own);
}

function sitDown(entered: Seat): void {
  seat = entered;
  me.value = entered.sessionId;
  link.value = 'open';
  keepSeat(entered);
  listen(entered);
  measureTime(entered);
  const hash = `#${entered.roomId}`;
  if (location.hash !== hash) location.hash = hash;
}

/** The token may be another one after each return. */
const keepSeat = ({ roomId, reconnectionToken: token }: Seat): void => storeSeat({ roomId, token });

function listen(entered: Seat): void {
  const participant = new Participant({
    sessionId: entered.sessionId,
    keeper: parts,
    freshNonce: () => randomHex(32),
    send: ({ type, payload }) => entered.request(type, payload),
  });
  let byOperator = false;
  entered.onStateChange((state) => {
    const table = copyOf(state);
    participant.see({ ...table, players: Object.values(table.players) });
    tableChanged(table);
    if (screen.value.at !== 'table') screen.value = { at: 'table' };
  });
  entered.onEvent(happened);
  entered.onMessage('cards_shown', cardsShown);
  entered.onMessage('player_joined', joined);
  entered.onMessage('player_left', left);
  entered.onMessage('clock_moved', clockMoved);
  entered.onMessage('paused', () => {
    link.value = 'paused';
  });
  entered.onMessage('resumed', () => {
    link.value = 'open';
  });
  entered.onMessage('room_closed', ({ reason }) => {
    byOperator = reason === 'closed';
  });
  entered.onDrop(() => {
    link.value = 'dropped';
  });
  entered.onReconnect((gap) => {
    link.value = 'open';
    if (gap) cameBack();
    keepSeat(entered);
    measureTime(entered);
  });
  entered.onLeave((code, trouble) => over(entered.roomId, code, trouble, byOperator));
}

/** Sets the page's clock by the room's. A lost answer is no harm: the next measuring will do. */
function measureTime(entered: Seat): void {
  measure(async () => (await entered.request('ping')).at).catch(() => {});
}

/** The connection is closed for good. */
function over(roomId: string, code: number, trouble: Trouble | undefined, byOperator: boolean): void {
  const back = () => void joinRoom(roomId);
  if (trouble === 'UNAUTHENTICATED') {
    // The seat was given up meanwhile: there may be another one.
    forgetSeat(roomId);
    putDown();
    back();
    return;
  }
  if (trouble !== undefined) {
    refused(trouble, roomId, back);
    return;
  }
  switch (code) {
    case closeCodes.left:
      forgetSeat(roomId);
      toLobby();
      break;
    case closeCodes.kicked:
      forgetSeat(roomId);
      stop('kicked');
      break;
    case closeCodes.tooManyBadMessages:
    case closeCodes.tooManyControlFrames:
      stop('too_many', back);
      break;
    case closeCodes.signedOut:
      forgetSeat(roomId);
      void client.auth.signOut();
      stop('signed_out');
      break;
    case closeCodes.banned:
      forgetSeat(roomId);
      stop('banned');
      break;
    case closeCodes.roomClosed:
      forgetSeat(roomId);
      stop(byOperator ? 'closed_by_operator' : 'closed');
      break;
    default:
      stop('replaced', back);
  }
}

const noticeOf: { readonly [T in Trouble]?: NoticeKey } = {
  ROOM_NOT_FOUND: 'not_found',
  ROOM_FULL: 'full',
  MATCH_RUNNING: 'running',
  NOT_ALLOWED: 'not_allowed',
  KICKED: 'kicked',
  BANNED: 'banned',
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
const hopeless: ReadonlySet<Trouble> = new Set(['ROOM_NOT_FOUND', 'NO_GUESTS', 'NOT_ALLOWED', 'KICKED', 'BANNED']);

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
  seat?.letGo();
  seat = null;
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
  const old = seat;
  seat = null;
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
  seat?.hurry();
  if (seat && link.value === 'open') measureTime(seat);
});
