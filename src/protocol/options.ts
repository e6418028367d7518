/** What may come with `create`, `joinById` and `joinOrCreate` (protocol.md, 2). The validators: `schemas/options.ts`. */

export const permissions = ['public', 'private'] as const;
export type Permission = (typeof permissions)[number];

export const gameTypes = ['classic', 'clear'] as const;
export type GameType = (typeof gameTypes)[number];

export const botLevels = ['easy', 'medium', 'hard', 'expert'] as const;
export type BotLevel = (typeof botLevels)[number];

/** What comes with each way in. */
interface OwnOptions {
  /** How one is shown: up to 32 characters. */
  name?: string | undefined;
  /** A text that is mixed into the deal's seed. */
  deal_nonce?: string | undefined;
  /** This client will send `deal_commit`. */
  deal_part?: boolean | undefined;
  /** Who comes back to the seat is sent `missed_events`. */
  events?: boolean | undefined;
}

/** The options of `client.create("recall", options)`; each has a default. */
export interface CreateOptions extends OwnOptions {
  permission?: Permission | undefined;
  /** 6 to 128 characters; of private rooms only, as the next two. */
  password?: string | undefined;
  /** User ids. */
  allowed_users?: string[] | undefined;
  allowed_roles?: string[] | undefined;
  /** 2 to 8 seats, computer players included. */
  max_players?: number | undefined;
  min_players?: number | undefined;
  game_type?: GameType | undefined;
  /** 5 to 300 seconds. */
  turn_time_limit?: number | undefined;
  red_king_points?: 0 | 10 | undefined;
  allow_discard_take?: boolean | undefined;
  short_windows?: boolean | undefined;
  auto_start?: boolean | undefined;
  bots?: number | undefined;
  bot_level?: BotLevel | undefined;
  random?: false | undefined;
}

/** The options of `client.joinById(room_id, options)`. */
export interface JoinOptions extends OwnOptions {
  password?: string | undefined;
}

/** The options of `client.joinOrCreate("recall", { random: true })`. */
export interface RandomOptions extends OwnOptions {
  random: true;
  game_type?: GameType | undefined;
}
