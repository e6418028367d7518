/** What goes over the wire (docs/protocol.md of the server): types, names, codes and limits. It needs no other package. */

export type * from '../../../src/protocol/answers.ts';
export type * from '../../../src/protocol/cards.ts';
export * from '../../../src/protocol/characters.ts';
export { type Code, closeCodes, codes, type ErrorBody, isForGood } from '../../../src/protocol/errors.ts';
export * from '../../../src/protocol/fromClient.ts';
export type * from '../../../src/protocol/fromPerson.ts';
export type * from '../../../src/protocol/http.ts';
export type * from '../../../src/protocol/matchEvent.ts';
export * from '../../../src/protocol/options.ts';
export * from '../../../src/protocol/queries.ts';
export * from '../../../src/protocol/roomTypes.ts';
export type * from '../../../src/protocol/sdk.ts';
export * from '../../../src/protocol/state.ts';
export * from '../../../src/protocol/toClient.ts';
