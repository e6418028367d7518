/** Why a command was refused; the codes are protocol.md's. Nothing has changed then. */
export interface Refusal {
  readonly refused: RefusalCode;
  /** Says what to do, to the one who asked. */
  readonly message: string;
  /** How long to wait before another try, ms; only where waiting helps. */
  readonly retryAfterMs?: number;
}

export type RefusalCode =
  | 'INVALID_PAYLOAD'
  | 'WRONG_PASSWORD'
  | 'PASSWORD_REQUIRED'
  | 'NOT_ALLOWED'
  | 'KICKED'
  | 'ROOM_NOT_FOUND'
  | 'ROOM_FULL'
  | 'MATCH_RUNNING'
  | 'NOT_YOUR_TURN'
  | 'WRONG_PHASE'
  | 'NO_SUCH_SLOT'
  | 'CARD_LOCKED'
  | 'RANK_MISMATCH'
  | 'ALREADY_CALLED'
  | 'NOT_OWNER'
  | 'TOO_MANY_REQUESTS';

export const refuse = (refused: RefusalCode, message: string): Refusal => ({ refused, message });

/** @param retryAfterMs nothing where waiting alone doesn't help */
export const tooMany = (message: string, retryAfterMs?: number): Refusal => ({
  refused: 'TOO_MANY_REQUESTS',
  message,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

export const isRefusal = (decision: object): decision is Refusal => 'refused' in decision;
