import type { Room } from './state.ts';

/** protocol.md 2: nobody at a table goes by another's name, be it a computer player's. */

/**
 * The name that somebody has at the table: their own, with a number where it could be taken for another's.
 * @param userId whose seats are not another's; empty for a computer player
 */
export function nameAt(room: Room, name: string, userId = ''): string {
  const others = room.seats.flatMap((seat) => (seat && (userId === '' || seat.userId !== userId) ? [seat.name] : []));
  const isFree = (one: string) => !others.some(isLike(one));
  if (isFree(name)) return name;
  for (let number = 2; ; number++) {
    const numbered = `${name} ${number}`;
    if (isFree(numbered)) return numbered;
  }
}

function isLike(one: string): (other: string) => boolean {
  const [letters, looks] = [lettersOf(one), looksOf(one)];
  return (other) => lettersOf(other) === letters || looksOf(other) === looks;
}

/** Without what a reader overlooks: case, accents, blanks, and what is not seen at all. */
const lettersOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Z}\p{Default_Ignorable_Code_Point}_]/gu, '')
    .toLowerCase();

/** What a name looks like: of letters and digits that are hard to tell apart, the same one. */
const looksOf = (name: string): string =>
  lettersOf(Array.from(name.normalize('NFKD'), (letter) => likeness.get(letter) ?? letter).join('')).replace(
    /[il1|!0]/gu,
    (letter) => (letter === '0' ? 'o' : 'l'),
  );

/** Of other scripts, and of the phonetic alphabet, those letters that are drawn as Latin ones are: each pair is a letter and its double. */
const likeness = new Map(
  `АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ҮY ԌG ԚQ ԜW аa еe ѕs іi јj оo рp сc уy хx ԁd ԛq ԝw һh ӏl кk мm тt вb нh гr үy
  ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX αa εe ιi κk νv οo ρp τt υu χx γy ηn ωw σo
  ԱU ՍU ՕO օo ոn սu հh ցg ɑa ɡg ıi ɩi ʟl ɴn ʀr ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ѵv ꓮA ꓐB`
    .split(/\s+/)
    .map((pair) => Array.from(pair) as [string, string]),
);
