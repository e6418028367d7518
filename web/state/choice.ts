import { computed, effect, signal } from '@preact/signals';
import type { Place } from '../../src/protocol/cards.ts';
import { type Options, optionsOf, resting } from './options.ts';
import { link } from './screen.ts';
import { shown } from './shown.ts';
import { type Face, keyOf, me, myself, table } from './table.ts';

/** The cards that the person has chosen for the move to come. */
export const chosen = signal<readonly Place[]>([]);

/** One's own drawn card, or null. */
export const drawn = computed<Face | null>(() => {
  if (myself.value?.status !== 'playing_card') return null;
  return shown.value.find((card) => card.reason === 'drawn' && card.session_id === me.value) ?? null;
});

/** The window that the person has passed, as `windowNow` names it. */
export const passed = signal('');
export const windowNow = computed(() => `${table.value?.matchNumber} ${table.value?.turn} ${table.value?.deadlineAt}`);

export const options = computed<Options | null>(() => {
  if (!table.value || !myself.value) return null;
  const peeking = shown.value.some((card) => card.reason === 'initial_peek');
  const now = optionsOf({
    table: table.value,
    me: myself.value,
    chosen: chosen.value,
    drawn: drawn.value,
    peeking,
    passed: passed.value === windowNow.value,
  });
  return link.value === 'open' ? now : resting(now);
});

/** What is asked; a choice is good for one question. */
const question = computed(() => `${table.value?.phase} ${myself.value?.status} ${table.value?.turn}`);
effect(() => {
  question.value;
  chosen.value = [];
});

/** A chosen card that has gone meanwhile is not chosen any more. */
effect(() => {
  const places = options.value?.places;
  const left = chosen.value.filter((place) => places?.has(keyOf(place)));
  if (left.length < chosen.value.length) chosen.value = left;
});
