import { allRooms, publicRooms, roomsOf } from '../cluster/roomLists.ts';
import { presenceOf } from '../people/presenceOf.ts';
import { hasExpired, isOperator, type User } from '../people/user.ts';
import type { PersonAnswers } from '../protocol/answers.ts';
import { RecallError } from '../protocol/errors.ts';
import type { PersonMessage } from '../protocol/fromPerson.ts';
import type { PresenceQuery } from '../protocol/queries.ts';
import { fromPerson } from '../protocol/schemas/fromPerson.ts';
import type { WholeAllRoomsQuery, WholePublicRoomsQuery } from '../protocol/schemas/queries.ts';
import type { Services } from '../services.ts';

type Needs = Pick<
  Services,
  'countRequest' | 'clock' | 'log' | 'index' | 'journal' | 'userRooms' | 'presenceStore' | 'sessions'
>;

export const isPersonMessage = (type: string): type is PersonMessage => Object.hasOwn(fromPerson, type);

/**
 * Answers what a client may ask in any room (protocol.md, 3).
 * @param user whose connection it came by
 * @param payload valid for `type`
 * @throws RecallError where it is refused.
 */
export async function answerPerson(
  services: Needs,
  user: User,
  type: PersonMessage,
  payload: object,
): Promise<PersonAnswers[PersonMessage]> {
  await services.countRequest(user.id);
  switch (type) {
    case 'get_public_rooms':
      return publicRooms(services, payload as WholePublicRoomsQuery);
    case 'list_rooms':
      if (!isOperator(user)) throw new RecallError('NOT_ALLOWED', 'The list of all rooms is for the role `operator`.');
      // A seat outlives the token that it was taken with; what that said of its user does not.
      if (hasExpired(user, services.clock.now()))
        throw new RecallError('UNAUTHENTICATED', 'The token has expired: sign in again.');
      return allRooms(services, payload as WholeAllRoomsQuery);
    case 'user_joined_rooms':
      return roomsOf(services, user.id);
    case 'get_presence':
      return presenceOf(services, (payload as PresenceQuery).user_ids);
  }
}
