import type { AuditFacts, BanFacts, OperatorsUser, ProcessFacts, WholeRoom } from './admin.ts';
import type { PersonAnswers } from './answers.ts';
import type { CreateOptions } from './options.ts';

/** A user as their own client sees them. */
export interface OwnUser {
  id: string;
  name?: string | undefined;
  roles: readonly string[];
  guest: boolean;
}

/** What is kept of a user between two visits. What was never chosen is null. */
export interface OwnSession {
  name: string | null;
  /** Of the last room that they opened: what is for that room alone is missing. */
  settings: Partial<CreateOptions> | null;
  last_seen_at: number | null;
  /** The ids of the rooms in which they have a seat. */
  rooms: readonly string[];
}

/** The parts of a process that may be amiss; one that stands alone has no Redis. */
export type HealthPart = 'process' | 'journal' | 'redis';

/** What each route answers (protocol.md, 1 and 7), a closed list; a refusal is an `ErrorBody`. */
export interface RouteAnswers {
  'POST /auth/anonymous': { user: OwnUser; token: string };
  'GET /auth/userdata': { user: OwnUser; session: OwnSession | null };
  'GET /rooms/public': PersonAnswers['get_public_rooms'];
  'GET /rooms': PersonAnswers['list_rooms'];
  'GET /users/me/rooms': PersonAnswers['user_joined_rooms'];
  'DELETE /users/{id}': { found: boolean };
  'GET /users/presence': PersonAnswers['get_presence'];
  'GET /admin/rooms': PersonAnswers['list_rooms'];
  'GET /admin/rooms/{room_id}': WholeRoom;
  'DELETE /admin/rooms/{room_id}': { room_id: string; closed: true };
  'GET /admin/users/{user_id}': OperatorsUser;
  'POST /admin/users/{user_id}/kick': { user_id: string; kicked: true };
  'PUT /admin/users/{user_id}/ban': BanFacts;
  /** `was_banned`: else there was nothing to take back. */
  'DELETE /admin/users/{user_id}/ban': { user_id: string; was_banned: boolean };
  'GET /admin/bans': { bans: readonly BanFacts[] };
  'POST /admin/drain': ProcessFacts;
  'POST /admin/undrain': ProcessFacts;
  /** The newest first. */
  'GET /admin/audit': { entries: readonly AuditFacts[]; next_cursor: string | null };
  'GET /health/live': { live: true };
  'GET /livez': { live: true };
  /** `ok` of each part, or what is wrong with it. */
  'GET /health/ready': { ready: boolean } & { [Part in HealthPart]?: string };
  'GET /readyz': RouteAnswers['GET /health/ready'];
}
