/** Made when it is needed first: that takes as long as a tenth of a start. */
let segments: Intl.Segmenter | undefined;

/** A text in what people call characters: a letter with its accents, an emoji of several parts, a flag. */
export function charactersOf(text: string): string[] {
  segments ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segments.segment(text), ({ segment }) => segment);
}

/** So many characters may a name have, and so many UTF-16 units: an emoji takes up to 15 of them. */
export const maxName = 32;
export const maxNameUnits = 128;
