import { type Refusal, refuse } from './refusal.ts';
import type { Room } from './state.ts';

/** protocol.md 2: who may enter a private room. The owner always may; each guard that is set has to be passed. */
export function refuseUnlessGuest(
  room: Room,
  userId: string,
  roles: readonly string[],
  password: 'none' | 'wrong' | 'right',
): Refusal | null {
  if (room.ownerId === userId) return null;
  if (!isListed(room, userId, roles)) return refuse('NOT_ALLOWED', 'Only invited players may enter this room.');
  if (room.settings.passwordHash === '' || password === 'right') return null;
  return password === 'none'
    ? refuse('PASSWORD_REQUIRED', 'password: this room needs one.')
    : refuse('WRONG_PASSWORD', 'password: this is not the one of this room.');
}

/** Being in either list suffices; a room without lists takes everybody. */
function isListed(room: Room, userId: string, roles: readonly string[]): boolean {
  const { allowedUsers, allowedRoles } = room.settings;
  if (allowedUsers.length === 0 && allowedRoles.length === 0) return true;
  return allowedUsers.includes(userId) || roles.some((role) => allowedRoles.includes(role));
}
