import type { Answers, PersonAnswers, VisitorAnswers } from './answers.ts';
import type { MessageType, Payload } from './fromClient.ts';
import type { PersonMessage, PersonPayloads, VisitorMessage, VisitorPayloads } from './fromPerson.ts';
import type { LiveState } from './state.ts';
import type { ToClient, ToVisitor } from './toClient.ts';

/**
 * Our room types in the form that Colyseus' SDK for JavaScript infers from: `client.create<GameRoom>('recall')` gives a room
 * whose state, messages and answers have the types of this folder. Nothing of it exists when the program runs.
 */

type Asked<Input, Answer> = (client: unknown, payload: Input) => Answer;

export interface GameRoom {
  state: LiveState;
  '~state': LiveState;
  '~client': { '~messages': ToClient };
  messages: { [T in MessageType]: Asked<Payload<T>, Answers[T]> } & {
    [T in PersonMessage]: Asked<PersonPayloads[T], PersonAnswers[T]>;
  };
  onJoin?(client: unknown, options?: object): void;
}

export interface Lobby {
  state: object;
  '~state': object;
  '~client': { '~messages': ToVisitor };
  messages: { [T in VisitorMessage]: Asked<VisitorPayloads[T], VisitorAnswers[T]> };
  onJoin?(client: unknown, options?: object): void;
}

/** What `new Client<RecallServer>(url)` infers from: `client.create('recall')` is a `GameRoom` then. */
export interface RecallServer {
  '~rooms': { recall: { '~room': Required<GameRoom> }; lobby: { '~room': Required<Lobby> } };
  '~routes': unknown;
}
