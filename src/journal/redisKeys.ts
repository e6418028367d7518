/** The keys of one room share a hash tag, so that one script may touch them on a Redis Cluster. */

/** Its head, its log, and the people whom they name (redisScripts.ts). */
export const keysOf = (roomId: string): readonly string[] => [
  `recall:{${roomId}}:head`,
  `recall:{${roomId}}:log`,
  peopleOf(roomId),
];

export const peopleOf = (roomId: string): string => `recall:{${roomId}}:people`;

/** Finds all of those. */
export const everyPeople = peopleOf('*');

export const replayOf = (roomId: string, matchNumber: number): string => `recall:{${roomId}}:replay:${matchNumber}`;

/** For a short time: which sweep has ended the room. */
export const endOf = (roomId: string): string => `recall:{${roomId}}:end`;
