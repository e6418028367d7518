import { z } from 'zod';
import { charactersOf, maxName, maxNameUnits } from '../characters.ts';
import { botLevels, gameTypes, permissions } from '../options.ts';

/** What is valid of the options of `create`, `joinById` and `joinOrCreate` (protocol.md, 2). Unknown fields are refused by name. */

const name = z
  .string()
  .trim()
  .min(1)
  .max(maxNameUnits)
  .refine((text) => charactersOf(text).length <= maxName, `must have at most ${maxName} characters`);
const dealNonce = z
  .string()
  .max(64)
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u, 'must be printable characters');
/** What comes with each way in. */
const own = {
  name: name.optional(),
  deal_nonce: dealNonce.default(''),
  deal_part: z.boolean().default(false),
  events: z.boolean().default(false),
};
export const gameType = z.enum(gameTypes);
export const botLevel = z.enum(botLevels);

/**
 * The options of `client.create("recall", options)`.
 * @param minTurnTimeLimitS the shortest `turn_time_limit` accepted, in seconds: 5 in production, less in tests.
 */
export function createOptions(minTurnTimeLimitS: number) {
  return z
    .strictObject({
      permission: z.enum(permissions).default('public'),
      password: z.string().min(6).max(128).optional(),
      allowed_users: z.array(z.string().min(1).max(128)).max(100).optional(),
      allowed_roles: z.array(z.string().min(1).max(64)).max(20).optional(),
      max_players: z.int().min(2).max(8).default(4),
      min_players: z.int().min(2).max(8).default(2),
      game_type: gameType.default('classic'),
      turn_time_limit: z.number().min(minTurnTimeLimitS).max(300).default(30),
      red_king_points: z.literal([0, 10]).default(10),
      allow_discard_take: z.boolean().default(false),
      short_windows: z.boolean().default(false),
      auto_start: z.boolean().default(false),
      bots: z.int().min(0).max(7).default(0),
      bot_level: botLevel.default('medium'),
      ...own,
      random: z.literal(false).default(false),
    })
    .superRefine((options, context) => {
      const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
      if (options.min_players > options.max_players) refuse('min_players', 'must be 2 to max_players');
      if (options.bots > options.max_players - 1) refuse('bots', 'must be 0 to max_players - 1');
      if (options.short_windows && options.max_players - options.bots < 3) {
        refuse('short_windows', 'needs seats for three people, besides computer players');
      }
      const guards = ['password', 'allowed_users', 'allowed_roles'] as const;
      const set = guards.filter((guard) => options[guard] !== undefined && options[guard]?.length !== 0);
      if (options.permission === 'private' && set.length === 0) {
        refuse('permission', 'a private room needs a password, allowed_users or allowed_roles');
      }
      if (options.permission === 'public') for (const guard of set) refuse(guard, 'is for private rooms only');
    });
}
/** As a room is opened: with every default in its place. */
export type WholeCreateOptions = z.infer<ReturnType<typeof createOptions>>;

/** The options of `client.joinById(room_id, options)`. */
export const joinOptions = z.strictObject({
  password: z.string().max(128).optional(),
  ...own,
});

/** The options of `client.joinOrCreate("recall", { random: true })`. */
export const randomOptions = z.strictObject({
  random: z.literal(true),
  game_type: gameType.default('classic'),
  ...own,
});
export type WholeRandomOptions = z.infer<typeof randomOptions>;

/** What `client.reconnect(token)` sends. */
export const reconnectOptions = z.object({ reconnectionToken: z.string().min(1) });
