import type { Log } from '../ops/log.ts';
import type { Audit, AuditEntry } from '../people/audit.ts';
import { hashOfUser } from '../people/user.ts';

/**
 * Writes down what an operator asks for: before it is done, and when it is clear what that is.
 * @throws RecallError UNAVAILABLE: it is not to be done
 */
export async function writeDown(
  { audit, log }: { readonly audit: Audit; readonly log: Log },
  asked: Omit<AuditEntry, 'id' | 'at'>,
): Promise<void> {
  await audit.write(asked);
  // Whom it is about stands in the audit alone: the log names nobody.
  log.info({ operator: hashOfUser(asked.who), what: asked.what }, 'an operator asks');
}
