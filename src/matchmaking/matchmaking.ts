import { type IRoomCache, matchMaker, ServerError } from '@colyseus/core';
import { joinAtRandom } from '../cluster/joinAtRandom.ts';
import type { Entrant } from '../game/commands.ts';
import { matchmakingSeconds, refusals } from '../ops/metrics.ts';
import { requestId } from '../ops/requestId.ts';
import { sparsely } from '../ops/sparse.ts';
import { span, trace } from '../ops/trace.ts';
import { addressKey, currentAddress } from '../people/address.ts';
import { shownName } from '../people/name.ts';
import { type ChosenSettings, chosenSettings } from '../people/sessions.ts';
import { hashOfUser, type User } from '../people/user.ts';
import { charactersOf } from '../protocol/characters.ts';
import { RecallError } from '../protocol/errors.ts';
import { roomTypes } from '../protocol/roomTypes.ts';
import { createOptions, joinOptions, randomOptions, reconnectOptions } from '../protocol/schemas/options.ts';
import { parse } from '../protocol/schemas/parse.ts';
import type { Services } from '../services.ts';
import { freshPass, hashOf } from '../table/passes.ts';
import type { AdmitRequest, Answer } from './admission.ts';
import { type SeatReservation, withPass } from './arrival.ts';
import { askRoom } from './askRoom.ts';
import { readToken } from './clientToken.ts';
import { asMatchmakingError, asRecallError } from './errors.ts';
import { find, notThere } from './find.ts';
import { type Opening, openingOf, randomOpeningOf } from './opening.ts';
import { createQuotas, type Quotas } from './quotas.ts';

/** The room type that clients name. */
export const roomType = roomTypes.game;

/**
 * The way in. Colyseus' route gives each matchmaking call of a client (`POST /matchmake/<method>/<room type or id>`) to
 * `controller.invokeMethod`, and it is answered here: Colyseus itself would look for the room before it asks who calls,
 * reserve a seat that the game doesn't know of, and refuse in codes of its own.
 *
 * One join, from here to the seat: `joinById` knows who calls and asks the room (`RecallRoom.admit`, admission.ts). The
 * room checks all else and reserves the seat in the game, for whoever shows the pass that was made here. The client
 * connects with it (arrival.ts), and Colyseus calls `RecallRoom.onJoin`, which sits the player down.
 */
export function answerMatchmaking(services: Services, enterLobby: Desk['enterLobby']): void {
  const desk = { ...services, enterLobby, quotas: createQuotas(services) };
  const tellOfRefusal = sparsely(services.log, 'info', 'a call for a seat was refused');
  matchMaker.controller.invokeMethod = async (method, target, options = {}, context) => {
    const began = performance.now();
    const call = callNamed(method, target);
    const measure = (result: 'done' | 'refused' | 'failed') => {
      const ms = performance.now() - began;
      matchmakingSeconds.observe({ call, result }, ms / 1000);
      return { requestId: requestId(), call, ms: Math.round(ms) };
    };
    try {
      const about = { 'recall.call': call, 'recall.request_id': requestId() };
      const asked = { method, target, options, token: context?.token };
      const seat = await trace('matchmaking', about, () => answer(desk, asked));
      const { roomId, sessionId } = seat;
      services.log.info({ ...measure('done'), roomId, sessionId }, 'a seat was given');
      return seat;
    } catch (error) {
      const refusal = asRecallError(error, services.log);
      const { code, cause: err } = refusal;
      tellOfRefusal(`${call} ${code}`, { ...measure(code === 'INTERNAL' ? 'failed' : 'refused'), code, err });
      refusals.inc({ by: 'matchmaking', code });
      throw asMatchmakingError(refusal);
    }
  };
}

const offered = ['create', 'joinById', 'joinOrCreate', 'reconnect'] as const;

/** What a call is counted as. */
const callNamed = (method: string, target: string) =>
  target === roomTypes.lobby ? 'lobby' : (offered.find((one) => one === method) ?? 'other');

/** Where a call is answered. */
interface Desk extends Services {
  readonly quotas: Quotas;
  /** Lets a user into a lobby, with the options that their client sent. */
  readonly enterLobby: (services: Services, user: User, method: string, sent: unknown) => Promise<SeatReservation>;
}

interface Call {
  readonly method: string;
  /** A room type or a room id. */
  readonly target: string;
  /** As the client sent them: anything. */
  readonly options: unknown;
  readonly token: string | undefined;
}

async function answer(services: Desk, call: Call): Promise<SeatReservation> {
  const { method, target, options } = call;
  if (method === 'reconnect') return reconnect(services, target, options);
  const user = await span('identity', () => services.identity.verify(call.token));
  if (method === 'joinById') return joinById(services, user, target, options);
  if (target === roomTypes.lobby) {
    await services.quotas.visit(user);
    return services.enterLobby(services, user, method, options);
  }
  if (target !== roomType)
    throw new RecallError('INVALID_OPTIONS', `the room type must be "${roomType}" or "${roomTypes.lobby}"`);
  if (method === 'create') return create(services, user, options);
  if (method === 'joinOrCreate') return joinRandom(services, user, options);
  throw new RecallError('INVALID_OPTIONS', `${method} is not offered: use create, joinById or joinOrCreate`);
}

async function joinById(services: Desk, user: User, roomId: string, sent: unknown): Promise<SeatReservation> {
  const options = parse(joinOptions, sent);
  const reservation = await services.quotas.seat(user, roomId, async () => {
    const guest = await introduction(services, user, options);
    const request = { by: 'joinById', ...guest, password: options.password } as const;
    return find(services, roomId, (room) => admission(room, request));
  });
  void remember(services, user, options.name);
  return reservation;
}

async function create(services: Desk, user: User, sent: unknown): Promise<SeatReservation> {
  const options = parse(createOptions(services.config.minTurnTimeLimitS), sent);
  const { quotas, config } = services;
  const openOne = async () => {
    const guest = await introduction(services, user, options);
    return open(
      services,
      await openingOf(options, entrant(services, guest), config, addressKey(user.guest, guest.address)),
      guest,
    );
  };
  const reservation = await quotas.seat(user, undefined, () => quotas.room(user, openOne));
  void remember(services, user, options.name, chosenSettings(options));
  return reservation;
}

async function joinRandom(services: Desk, user: User, sent: unknown): Promise<SeatReservation> {
  if ((sent as { random?: unknown } | null)?.random !== true) {
    throw new RecallError('INVALID_OPTIONS', 'joinOrCreate needs random: true; else use create or joinById');
  }
  const options = parse(randomOptions, sent);
  const { quotas, index, config } = services;
  const reservation = await quotas.seat(user, undefined, async () => {
    const guest = await introduction(services, user, options);
    const opening = await randomOpeningOf(options, entrant(services, guest), config);
    const { roomId, settings } = opening;
    const wish = { gameType: settings.gameType, roomId, maxSize: settings.maxPlayers };
    return joinAtRandom(index, wish, {
      enter: (room) => admission(room, { by: 'random', ...guest }).catch(noSeat),
      open: () => quotas.room(user, () => open(services, opening, guest)),
    });
  });
  void remember(services, user, options.name);
  return reservation;
}

/** Refused by the room, or without an answer from it: the next one may have a seat. */
function noSeat(error: unknown): undefined {
  if (!(error instanceof RecallError || error instanceof ServerError)) throw error;
}

/**
 * The token is the credential: the room says whether it holds a seat for it, and arrival.ts who it is for. It stands in the
 * answer too: the SDK of C connects by that.
 */
async function reconnect(services: Desk, roomId: string, sent: unknown): Promise<SeatReservation> {
  const { reconnectionToken } = parse(reconnectOptions, sent);
  return services.quotas.comeBack(() =>
    find(services, roomId, async (room) => {
      const { token } = readToken(reconnectionToken);
      const sessionId = admitted(await span('ask', () => askRoom(room, 'comeBack', token)));
      return { ...matchMaker.buildSeatReservation(room, sessionId), reconnectionToken };
    }),
  );
}

/** The owner's seat is reserved with the opening; asking gets the pass for it. */
async function open(services: Services, opening: Opening, owner: Guest): Promise<SeatReservation> {
  const request = { by: 'create', ...owner } as const;
  const ask = (found: IRoomCache) => admission(found, request);
  const room = await span('create', () => matchMaker.createRoom(roomType, { opening }).catch(endedMeanwhile));
  const seat = room && (await ask(room).catch(notThere));
  if (seat) return seat;
  // The process that was to open it may have stored it before it ended: whoever has it now is asked.
  return find(services, opening.roomId, ask).catch(async (error) => {
    if (room || (error as RecallError).code !== 'ROOM_NOT_FOUND') throw error;
    return ask(await matchMaker.handleCreateRoom(roomType, { opening }));
  });
}

/** Another process was chosen to open the room, and ends: Colyseus says so by this text (shutdown.test.ts). */
function endedMeanwhile(error: unknown): undefined {
  if (!/not created: shutting down$/.test((error as Error).message)) throw error;
}

/** Asks a room to let somebody in, where it is listed. @throws RecallError with the room's refusal; NotThere */
async function admission(room: IRoomCache, request: AdmitRequest): Promise<SeatReservation> {
  const sessionId = admitted(await span('ask', () => askRoom(room, 'admit', request)));
  return withPass(matchMaker.buildSeatReservation(room, sessionId), request.pass);
}

/** @throws RecallError with the room's refusal. */
function admitted(answer: Answer): string {
  if ('admitted' in answer) return answer.admitted;
  const { code, message, retry_after_ms } = answer.refused;
  throw new RecallError(code, message, retry_after_ms);
}

type Guest = Omit<AdmitRequest, 'by' | 'password'>;

async function introduction(
  services: Services,
  user: User,
  options: { name?: string | undefined; deal_nonce: string; deal_part: boolean; events: boolean },
): Promise<Guest> {
  const chosen = shownName(options.name) ?? user.name ?? (await rememberedName(services, user));
  const name = chosen ?? shownName(`Player_${charactersOf(user.id).slice(0, 8).join('')}`) ?? 'Player';
  const { deal_nonce: dealNonce, deal_part: dealPart, events } = options;
  return { user, name, dealNonce, dealPart, events, address: currentAddress(), pass: freshPass() };
}

async function rememberedName(
  { sessions, log }: Pick<Services, 'sessions' | 'log'>,
  user: User,
): Promise<string | undefined> {
  try {
    return (await sessions.of(user.id))?.name;
  } catch (err) {
    log.debug({ err, user: hashOfUser(user.id) }, 'a name was not looked up');
    return undefined;
  }
}

/** Keeps what a user has chosen for their next visit, unless they have signed out meanwhile. Nobody waits for it. */
async function remember(
  services: Pick<Services, 'sessions' | 'revocations' | 'log'>,
  user: User,
  name?: string,
  settings?: ChosenSettings,
): Promise<void> {
  const { revocations, sessions, log } = services;
  try {
    if (await revocations.refuses(user)) return;
    await sessions.remember(user.id, { name: shownName(name), settings });
  } catch (err) {
    log.debug({ err, user: hashOfUser(user.id) }, 'a choice was not remembered');
  }
}

const entrant = (
  services: Pick<Services, 'chance'>,
  { user, name, dealNonce, dealPart, events, pass }: Guest,
): Entrant => ({
  userId: user.id,
  name,
  dealNonce,
  dealPart,
  events,
  sessionId: services.chance.freshId(),
  generation: user.generation,
  pass: hashOf(pass),
});
