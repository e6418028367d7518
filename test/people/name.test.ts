import { expect, test } from 'vitest';
import { shownName } from '../../src/people/name.ts';

/** What may be shown as a name (never again 60). */

const nothing: [string, string][] = [
  ['', 'no text'],
  ['  \t\n ', 'blanks'],
  ['\u3164', 'HANGUL FILLER'],
  ['\uFFA0', 'HALFWIDTH HANGUL FILLER'],
  ['\u115F\u1160', 'the fillers of Hangul letters'],
  ['\u2800', 'BRAILLE PATTERN BLANK'],
  ['\u034F', 'COMBINING GRAPHEME JOINER'],
  ['\uFE0F', 'VARIATION SELECTOR-16'],
  ['\u{E0100}', 'a variation selector beyond the first plane'],
  ['\u200B\u200C\u200D\u2060\uFEFF', 'joiners and spaces of no width'],
  ['\u00A0\u2003\u3000', 'spaces that are no plain ones'],
  ['\u202E\u2066', 'what turns the text around'],
  ['\u{1D159}', 'MUSICAL SYMBOL NULL NOTEHEAD'],
  ['\u17B4\u180E\u00AD', 'vowels and hyphens that are not seen'],
  ['\u0301\u0301', 'accents on nothing'],
  ['\u2800\u0301', 'an accent on a blank'],
  ['\uD800', 'half a sign'],
];
test.each(nothing)('%j is no name: %s', (name) => {
  expect(shownName(name)).toBeUndefined();
});

const shown: [string, string, string][] = [
  ['a name stays as it is', 'Zoë Müller-Łęcki', 'Zoë Müller-Łęcki'],
  ['and in any script', 'Ἀθηνᾶ สมชาย नमस्ते 한글 عمر', 'Ἀθηνᾶ สมชาย नमस्ते 한글 عمر'],
  ['blanks around it go, and many are one', '  Ann\t\n \u3000 B  ', 'Ann B'],
  ['what is not seen goes', 'A\u200Bn\u3164n\u202E\uFE0F', 'Ann'],
  ['an accent that was typed apart is one with its letter', 'Zoe\u0308', 'Zoë'],
  ['stacked marks are cut', `Z${'\u0300\u0335\u0489'.repeat(20)}a`, 'Z\u0335\u0300\u0489a'],
  ['a family stays one', '👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ['so do flags and hearts', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 ❤️ 👍🏽', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 ❤️ 👍🏽'],
  ['a joiner that joins no emoji goes', 'A\u200D👍\u200D', 'A👍'],
];
test.each(shown)('%s', (_, name, expected) => {
  expect(shownName(name)).toBe(expected);
});

test('a name has 32 characters at most, as people count them, and none is cut in two', () => {
  expect(shownName('ë'.normalize('NFD').repeat(40))).toBe('ë'.repeat(32));
  expect(shownName(`${'x'.repeat(31)}🇩🇪🇩🇪`)).toBe(`${'x'.repeat(31)}🇩🇪`);
  const families = shownName('👨‍👩‍👧‍👦'.repeat(40)) ?? '';
  expect(families).toBe('👨‍👩‍👧‍👦'.repeat(11));
  expect(families.length).toBeLessThanOrEqual(128);
});

test('what is fit to be shown stays as it is when it is made fit again', () => {
  for (const [, name] of shown) expect(shownName(shownName(name))).toBe(shownName(name));
});
