/** The room id in what a person has pasted, or in the address of an invitation; null where there is none. */
export const roomIdIn = (text: string): string | null => /room_[\w-]{1,64}/.exec(text)?.[0] ?? null;
