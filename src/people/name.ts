import { charactersOf, maxName, maxNameUnits } from '../protocol/characters.ts';

/** A family, a flag, a heart in colour: signs that only together are one. */
const emoji = /^\p{RGI_Emoji}$/v;

/**
 * What shows nothing, turns the text around, or joins what is no emoji: controls and the like, what Unicode says may be left
 * out when it is shown, and the blanks that it takes for signs (of Braille, and of musical notation).
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{1D159}]/gu;

/** More marks on one another climb over the lines around them; no language writes so many. */
const stackedMarks = /(\p{M}{3})\p{M}+/gu;
const marksOnNothing = /^\p{M}+/u;

/**
 * A name fit to be shown: what can be seen of it, in one line, at most 32 characters, and none of them cut in two.
 * @returns undefined when nothing is left.
 */
export function shownName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const seen = charactersOf(name.slice(0, 1024).normalize('NFC')).map(seenOf).join('');
  const line = seen.replace(/\s+/gu, ' ').trim();
  let shown = '';
  for (const character of charactersOf(line).slice(0, maxName)) {
    if (shown.length + character.length > maxNameUnits) break;
    shown += character;
  }
  return shown.trim() || undefined;
}

function seenOf(character: string): string {
  if (emoji.test(character)) return character;
  // A tab or a line break is a space; a lone accent belongs to what it was put on, and goes with it.
  const seen = character.replace(/\s/gu, ' ').replace(unseen, '');
  return seen.replace(marksOnNothing, '').replace(stackedMarks, '$1');
}
