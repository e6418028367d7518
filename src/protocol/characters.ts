const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text in what people call characters: a letter with its accents, an emoji of several parts, a flag. */
export const charactersOf = (text: string): string[] => Array.from(segments.segment(text), ({ segment }) => segment);

/** So many characters may a name have, and so many UTF-16 units: an emoji takes up to 15 of them. */
export const maxName = 32;
export const maxNameUnits = 128;
