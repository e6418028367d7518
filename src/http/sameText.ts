import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether they are equal, in constant time; the hashes have one length, which the texts may not. */
export function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
