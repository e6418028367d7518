/** The room types that clients name (protocol.md, 2). */
export const roomTypes = { game: 'recall', lobby: 'lobby' } as const;
