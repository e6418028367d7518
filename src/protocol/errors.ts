/** Every refusal that a client can get, with the HTTP status that it has in a matchmaking call or a route (protocol.md, 6). */
export const codes = {
  INVALID_OPTIONS: 400,
  INVALID_PAYLOAD: 400,
  UNAUTHENTICATED: 401,
  WRONG_PASSWORD: 403,
  PASSWORD_REQUIRED: 403,
  NOT_ALLOWED: 403,
  KICKED: 403,
  BANNED: 403,
  ROOM_NOT_FOUND: 404,
  NOT_FOUND: 404,
  ROOM_FULL: 409,
  MATCH_RUNNING: 409,
  TOO_MANY_ROOMS: 409,
  TOO_MANY_ATTEMPTS: 429,
  TOO_MANY_REQUESTS: 429,
  UNAVAILABLE: 503,
  // Only as message codes; the status is what an HTTP client would be told.
  NOT_YOUR_TURN: 409,
  WRONG_PHASE: 409,
  NO_SUCH_SLOT: 409,
  CARD_LOCKED: 409,
  RANK_MISMATCH: 409,
  ALREADY_CALLED: 409,
  NOT_OWNER: 403,
  UNKNOWN_MESSAGE: 400,
  INTERNAL: 500,
} as const;

export type Code = keyof typeof codes;

/** What a client is told when something is refused. `message` says what to do. */
export interface ErrorBody {
  code: Code;
  message: string;
  retry_after_ms?: number;
  /** Only for a guest who has to wait: to be sent with the next try. */
  place?: string;
  /** Of a message in a room, where the server's log has a line about it, by this name. A route says it in `X-Request-Id`. */
  request_id?: string;
}

/** A refusal on its way to the client; carries nothing that the client may not see. */
export class RecallError extends Error {
  readonly code: Code;
  /** How long to wait before another try, in ms; only with the 429 codes. */
  readonly retryAfterMs: number | undefined;

  constructor(code: Code, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'RecallError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  get status(): number {
    return codes[this.code];
  }

  get body(): ErrorBody {
    const body: ErrorBody = { code: this.code, message: this.message };
    if (this.retryAfterMs !== undefined) body.retry_after_ms = this.retryAfterMs;
    return body;
  }
}

/**
 * The refusal of what is limited, once it is used up.
 * @param retryAfterMs how long to wait before another try
 * @param why for the client; nothing where it is plain
 */
export function tooMany(
  code: 'TOO_MANY_ATTEMPTS' | 'TOO_MANY_REQUESTS',
  retryAfterMs: number,
  why?: string,
): RecallError {
  const what = `try again in ${Math.ceil(retryAfterMs / 1000)} s`;
  return new RecallError(code, why === undefined ? what : `${why}: ${what}`, retryAfterMs);
}

/** The codes that a WebSocket is closed with (protocol.md, 6). */
export const closeCodes = {
  /** `room.leave()`. */
  left: 4000,
  /** Colyseus' own: the seat is nobody's any more, or another's; the SDK gives up. Joining the room again may get one. */
  seatGone: 4003,
  /** Colyseus' own: the SDK may try to reconnect. */
  mayReconnect: 4010,
  /** The room goes on, and its state begins anew: the SDK doesn't reconnect by itself, since it would keep the old one. */
  comeAnew: 4011,
  replaced: 4101,
  kicked: 4102,
  tooManyBadMessages: 4103,
  signedOut: 4104,
  roomClosed: 4105,
  tooManyControlFrames: 4106,
  banned: 4107,
} as const;

/** After these nobody comes back by themselves: one has left, or was told why. A code of tomorrow from 4101 on is one too. */
export const isForGood = (code: number): boolean => code === closeCodes.left || code >= closeCodes.replaced;

/** How who may not be here any more is told. */
export const closeCodeOf = { 'signed out': closeCodes.signedOut, banned: closeCodes.banned } as const;
