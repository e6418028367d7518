/** Why a command was refused; the codes are protocol.md's. Nothing has changed then. */
export interface Refusal {
  readonly refused: RefusalCode;
  /** Says what to do, to the one who asked. */
  readonly message: string;
}

export type RefusalCode =
  | 'INVALID_PAYLOAD'
  | 'WRONG_PASSWORD'
  | 'PASSWORD_REQUIRED'
  | 'NOT_ALLOWED'
  | 'ROOM_NOT_FOUND'
  | 'ROOM_FULL'
  | 'MATCH_RUNNING'
  | 'NOT_YOUR_TURN'
  | 'WRONG_PHASE'
  | 'NO_SUCH_SLOT'
  | 'CARD_LOCKED'
  | 'RANK_MISMATCH'
  | 'ALREADY_CALLED'
  | 'NOT_OWNER';

export const refuse = (refused: RefusalCode, message: string): Refusal => ({ refused, message });

export const isRefusal = (decision: object): decision is Refusal => 'refused' in decision;
