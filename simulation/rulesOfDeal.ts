import type { Counts } from './counts.ts';
import type { Frame } from './frames.ts';
import type { Ledger, Line } from './ledger.ts';

/**
 * What was revealed of a deal is in it, whoever had the room then and whoever deals; what is missing had its time, or its
 * player had left.
 * @param line of an event that was just stored, the last one of the ledger
 * @returns what is wrong, or null.
 */
export function objectionToDeal({ lines }: Ledger, line: Line, counts: Counts): string | null {
  const { event, before, after, token } = line;
  if (event.type !== 'match_started') return null;
  const { dealing } = before;
  if (!dealing) return event.parts ? 'the cards were dealt from parts that were never closed' : null;
  const sinceClosed = lines.slice(lines.findLastIndex((one) => one.event.type === 'deal_closed'));
  const revealed = sinceClosed.flatMap((one) =>
    one.event.type === 'deal_revealed' ? [{ ...one.event, by: one }] : [],
  );
  if (revealed.some(({ by }) => by.token !== token))
    counts.add('a part was dealt by another owner than it was revealed to');
  for (const [i, seat] of event.seats.entries()) {
    const part = event.parts?.[i];
    const nonce = revealed.find((one) => one.seat === seat)?.nonce ?? '';
    if (part?.nonce !== nonce) return `seat ${seat} has revealed '${nonce}', and the deal has '${part?.nonce}'`;
    if (!part.commitment) continue;
    counts.add(nonce ? 'a part was revealed in time' : 'a part was left out');
    const mayBeMissing = event.at >= dealing.deadlineAt || after.seats[seat]?.attendance === 'left';
    if (!nonce && !mayBeMissing) return `the part of seat ${seat} was left out before its time`;
  }
  return null;
}

/** What was revealed stays at the table until the cards are dealt. @returns what is wrong, or null. */
export function objectionToTelling({ after }: Line, frame: Frame): string | null {
  if (frame.is !== 'state' && frame.is !== 'welcome' && frame.is !== 'message') return null;
  const nonces = (after.dealing?.parts ?? []).flatMap(({ nonce }) => (nonce === '' ? [] : [nonce]));
  if (nonces.length === 0) return null;
  const text = JSON.stringify(frame);
  return nonces.some((nonce) => text.includes(nonce)) ? 'a part was told before the cards were dealt' : null;
}
