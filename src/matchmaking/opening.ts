import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import type { CommandOf, Entrant } from '../game/commands.ts';
import { maxEntries } from '../game/room.ts';
import type { RoomSettings } from '../game/state.ts';
import { hashPassword } from '../people/password.ts';
import { createOptions, type WholeCreateOptions, type WholeRandomOptions } from '../protocol/schemas/options.ts';
import { reservationMs } from '../table/passes.ts';

/** What `RecallRoom.onCreate` gets: made here alone, from what a client may choose and from the server's settings. */
export type Opening = Omit<CommandOf<'open'>, 'type'>;

/**
 * A room as its owner wants it.
 * @param from who asks: those who have passwords hashed take turns by it
 * @throws RecallError TOO_MANY_REQUESTS while too many do
 */
export async function openingOf(
  options: WholeCreateOptions,
  owner: Entrant,
  config: Config,
  from: string,
): Promise<Opening> {
  const settings: RoomSettings = {
    ...serversSettings(config),
    permission: options.permission,
    passwordHash: options.password === undefined ? '' : await hashPassword(options.password, from),
    allowedUsers: options.allowed_users ?? [],
    allowedRoles: options.allowed_roles ?? [],
    maxPlayers: options.max_players,
    minPlayers: options.min_players,
    gameType: options.game_type,
    redKingPoints: options.red_king_points,
    allowDiscardTake: options.allow_discard_take,
    shortWindows: options.short_windows,
    botLevel: options.bot_level,
    random: false,
    startDelayMs: options.auto_start ? config.autoStartDelayMs : null,
    turnMs: options.turn_time_limit * 1000,
    initialPeekMs: peekMs(options.turn_time_limit * 1000, config),
  };
  return { roomId: newRoomId(), settings, owner, bots: options.bots };
}

/** A room that random join opens where it finds none; the rest is as `create` does it without options. */
export async function randomOpeningOf(options: WholeRandomOptions, owner: Entrant, config: Config): Promise<Opening> {
  const opening = await openingOf({ ...defaults, game_type: options.game_type }, owner, config, '');
  const settings: RoomSettings = {
    ...opening.settings,
    maxPlayers: config.randomJoinMaxPlayers,
    random: true,
    startDelayMs: config.randomJoinDelayMs,
  };
  return { ...opening, settings };
}

/** rules.md 5: who wants time for a turn wants time for the first look as well, and nobody waits for it without end. */
const peekMs = (turnMs: number, { initialPeekMs }: Config): number =>
  Math.max(initialPeekMs, Math.min(turnMs / 2, longestPeekMs));
const longestPeekMs = 60_000;

const defaults = createOptions(0).parse({});

/** Names a room that there never was: no client can choose it. */
const newRoomId = (): string => `room_${randomUUID()}`;

/** A room keeps these whatever becomes of the server's settings. */
function serversSettings(config: Config) {
  return {
    windowMs: config.sameRankWindowMs,
    powerMs: config.powerMs,
    showMs: config.showMs,
    reservationMs,
    graceMs: config.reconnectGraceMs,
    emptyMs: config.emptyRoomMs,
    ttlMs: config.roomTtlMs,
    missedTurns: config.missedTurns,
    maxTurns: config.maxTurns,
    maxEntries,
  };
}
