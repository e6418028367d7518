import { effect, signal } from '@preact/signals';
import { storedName, storeName } from './stored.ts';

/** How the player is shown to the others; kept in this browser. Empty: the server makes a name up. */
export const playerName = signal(storedName());

effect(() => storeName(playerName.value));
