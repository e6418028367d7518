import { randomUUID } from 'node:crypto';
import { ErrorCode, ServerError } from '@colyseus/core';
import { JournalUnavailable } from '../journal/journal.ts';
import type { Log } from '../ops/log.ts';
import { requestId } from '../ops/requestId.ts';
import { unavailable } from '../people/unavailable.ts';
import { type Code, codes, RecallError } from '../protocol/errors.ts';

/**
 * What a matchmaking call is refused with: a status, and a text that begins with the code (protocol.md 6), since that is
 * all that the SDKs hand on.
 */
export function asMatchmakingError({ status, code, message }: RecallError): ServerError {
  return new ServerError(status, `${code}: ${message}`);
}

/** What the client of Redis, or of a Redis Cluster, says where nobody answers. */
const away =
  /^(Stream isn't writeable|Command timed out|Connection is closed|Reached the max retries|Cluster isn't ready|Cluster is ended|Too many Cluster redirections)/;
/** What Redis says that takes nothing just now: of a failover, without replicas, or short of memory or disk. */
const takesNothing = /^(CLUSTERDOWN|MOVED|TRYAGAIN|READONLY|NOREPLICAS|MASTERDOWN|LOADING|MISCONF|OOM) /;

/** What is shared beside the journal can't be reached either. */
function isOfRedis(error: unknown): boolean {
  const text = (error as Error | null)?.message ?? '';
  return away.test(text) || takesNothing.test(text);
}

/** The refusal that an error stands for; what is none is logged. */
export function asRecallError(error: unknown, log: Log): RecallError {
  if (error instanceof RecallError) return error;
  if (error instanceof JournalUnavailable || isOfRedis(error))
    return unavailable('nothing has changed: try again', error);
  const { code, message } = error as Partial<ServerError>;
  const refusal = refusalIn(message ?? '');
  if (refusal) return refusal;
  if (code === ErrorCode.MATCHMAKE_UNHANDLED) {
    // A room or a process that doesn't answer. The text may repeat what it was asked, a password included.
    log.warn({ requestId: requestId() }, 'a room or process did not answer a matchmaking call');
    return new RecallError('UNAVAILABLE', 'nothing has changed: try again');
  }
  const id = requestId() ?? randomUUID();
  log.error({ err: error, requestId: id }, 'a matchmaking call failed');
  return new RecallError('INTERNAL', `something went wrong; the log has it as ${id}`);
}

/** @returns what `onCreate` throws for it: from one process to another Colyseus hands on the text alone. */
export function asCreationError(error: unknown): unknown {
  if (error instanceof RecallError) return new Error(`${error.code}: ${error.message}`);
  if (!(error instanceof JournalUnavailable)) return error;
  return new Error('UNAVAILABLE: the room could not be stored: try again', { cause: error });
}

function refusalIn(text: string): RecallError | undefined {
  const [, code = '', message = ''] = /^([A-Z_]+): (.+)$/.exec(text) ?? [];
  return Object.hasOwn(codes, code) ? new RecallError(code as Code, message) : undefined;
}

export const noSuchRoom = (): RecallError => new RecallError('ROOM_NOT_FOUND', 'there is no such room (any more)');
