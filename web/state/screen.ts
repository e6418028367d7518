import { signal } from '@preact/signals';
import type { Trouble } from '../../packages/recall-protocol/src/trouble.ts';
import type { NoticeKey } from '../strings.ts';

/** What the page shows. Each of them has a way on. */
export type Screen =
  | { readonly at: 'lobby' }
  | { readonly at: 'entering' }
  | { readonly at: 'name'; readonly roomId: string }
  | { readonly at: 'password'; readonly roomId: string; readonly why: 'PASSWORD_REQUIRED' | 'WRONG_PASSWORD' }
  | { readonly at: 'table' }
  /** `again`: what “try again” does, where it may help. */
  | { readonly at: 'notice'; readonly notice: NoticeKey; readonly again?: () => void };

export const screen = signal<Screen>({ at: 'lobby' });

/** Many guests arrive at once, and this one waits for its turn. */
export const arriving = signal(false);

/** How the table's connection is; `dropped`: on its way back. */
export const link = signal<'open' | 'dropped' | 'paused'>('open');

/** Why the last move was refused; gone with the next one. */
export const refusal = signal<Trouble | null>(null);

/** A move is on its way. */
export const busy = signal(false);
