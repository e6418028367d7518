/** The validators of all that a client sends, as the server itself uses them. They need zod. */

export * from '../../../src/protocol/schemas/fromClient.ts';
export * from '../../../src/protocol/schemas/fromPerson.ts';
export * from '../../../src/protocol/schemas/options.ts';
export * from '../../../src/protocol/schemas/queries.ts';
