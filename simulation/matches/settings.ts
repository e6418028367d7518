import type { BotLevel, GameType, RoomSettings } from '../../src/game/state.ts';

/** A room as it is opened by default (rules.md, protocol.md 2), for so many computer players. */
export function settingsFor(seats: number, gameType: GameType, botLevel: BotLevel): RoomSettings {
  return {
    permission: 'public',
    passwordHash: '',
    allowedUsers: [],
    allowedRoles: [],
    maxPlayers: seats,
    minPlayers: 2,
    gameType,
    redKingPoints: 10,
    allowDiscardTake: false,
    shortWindows: false,
    botLevel,
    random: false,
    startDelayMs: null,
    turnMs: 30_000,
    initialPeekMs: 15_000,
    windowMs: 5_000,
    powerMs: 10_000,
    showMs: 5_000,
    reservationMs: 15_000,
    graceMs: 60_000,
    emptyMs: 30_000,
    ttlMs: 86_400_000,
    missedTurns: 2,
    maxTurns: 200,
    maxEntries: 30_000,
  };
}
