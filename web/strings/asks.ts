import type { Ask, Label } from '../state/options.ts';
import type { Face } from '../state/table.ts';
import { aRank, cardNo, rankName, rankNames } from './cards.ts';

/** What is asked of a person, and a line that helps who is new to it. */
export interface Line {
  readonly title: string;
  readonly hint: string;
}

const lastTurn = (called: boolean) => (called ? ' Recall was called: this is your last turn.' : '');

const noneHints = {
  none: 'None? Then wait for the clock.',
  may: 'None? Press “No card of mine”: once everybody has, it goes on. Nobody sees who did.',
  done: 'It goes on once the others have pressed, too. You may still play one.',
};

type Asks = { [K in Ask['is']]: (ask: Extract<Ask, { is: K }>) => Line };
const asks: Asks = {
  countdown: ({ free }) => ({
    title: 'The match is about to start',
    hint: free > 0 ? 'Computer players take the seats that stay free.' : 'Every seat is taken.',
  }),
  start: ({ free, seated, atLeast }) => ({
    title: 'Start when everybody is here',
    hint:
      seated < atLeast
        ? `A match needs ${atLeast} players: computer players fill up to that.`
        : free > 0
          ? `${free} more may still sit down. Send them the link.`
          : 'Every seat is taken.',
  }),
  dealing: () => ({
    title: 'The cards are being dealt',
    hint: 'Each player adds a part of their own, so that nobody can choose the deal.',
  }),
  await_start: ({ owner }) => ({
    title: owner ? `Waiting for ${owner} to start` : 'Waiting for the match to start',
    hint: 'You are seated. The match begins when the owner of the room starts it.',
  }),
  peek: ({ left }) => ({
    title: left === 2 ? 'Choose two of your cards' : left === 1 ? 'Choose one more card' : 'Look at these two?',
    hint: 'You see them once, for a few seconds. After that you remember.',
  }),
  remember: ({ kept }) => ({
    title: 'Remember them',
    hint: kept
      ? 'They are turned over again. Then the lower of them is turned up, and stays so: your collection.'
      : 'They are turned over again.',
  }),
  await_peeks: () => ({ title: 'The others are still looking', hint: 'The first turn begins in a moment.' }),
  draw: () => ({ title: 'Your turn: draw a card', hint: 'Only you will see it.' }),
  play: ({ card, called }) => ({
    title: `Play the ${rankName(card.rank)}, or one of yours`,
    hint: `The drawn ${rankName(card.rank)} takes the place of yours.${called ? lastTurn(called) : ' Fewest points? Call Recall first.'}`,
  }),
  play_slot: ({ slot, drawn, called }) => ({
    title: `Play your ${cardNo(slot)}?`,
    hint: `It goes onto the pile. ${drawn ? 'The drawn card takes its place, face down.' : 'Its place stays empty.'}${lastTurn(called)}`,
  }),
  play_any: ({ called }) => ({
    title: 'Your turn: play one of your cards',
    hint: `There is no card to draw. The place of the card stays empty.${lastTurn(called)}`,
  }),
  window: ({ rank, pass }) => ({
    title: pass === 'done' ? `Others may still have ${aRank(rank)}` : `Have ${aRank(rank)}? Play it now`,
    hint: `${noneHints[pass]} A wrong card costs you one more.`,
  }),
  window_slot: ({ rank, slot }) => ({
    title: `Is your ${cardNo(slot)} ${aRank(rank)}?`,
    hint: 'If not, it stays where it is and you get one more card.',
  }),
  window_over: ({ rank, why }) => ({
    title: `Others may still play ${aRank(rank)}`,
    hint: `${why === 'refused' ? 'That was another rank: you sit this one out.' : 'You have no card that you could play.'} The match goes on when the clock is down.`,
  }),
  queen: () => ({ title: 'Your queen: look at one card', hint: 'Any face-down card, yours or another player’s.' }),
  queen_place: ({ whose, slot }) => ({
    title: `Look at ${cardNo(slot)} of ${whose.name}?`,
    hint: 'Only you will see it, for a few seconds.',
  }),
  jack: ({ left }) => ({
    title: left === 2 ? 'Your jack: swap two cards' : left === 1 ? 'Choose one more card' : 'Swap these two?',
    hint: 'Choose any two on the table. Nobody sees what they are.',
  }),
  watch_turn: ({ who, step }) => ({
    title: `${who.name} is ${step === 'draw' ? 'drawing' : 'playing'}`,
    hint: 'Watch which cards move.',
  }),
  watch_power: ({ who, power }) => ({
    title: power === 'queen' ? `${who.name} looks at a card` : `${who.name} swaps two cards`,
    hint: power === 'queen' ? 'A queen lets its player look at one card.' : 'A jack lets its player swap two cards.',
  }),
  watch: () => ({ title: 'One moment', hint: 'The match goes on.' }),
  finished: ({ rematch, owner }) => ({
    title: rematch ? 'Another match?' : `Waiting for ${owner} to start another match`,
    hint: 'The seats stay as they are.',
  }),
};
/** What collecting does and costs, where it is offered. */
export const collectHints = {
  collect: (card: Face) =>
    `Collect the ${rankName(card.rank)}: it goes into your hand, face up, and counts its points. Four of them win at once.`,
  collect_drawn: (card: Face) =>
    `Collect it: it stays in your hand, face up, counts its points, and your turn is over. Four ${rankNames(card.rank)} win at once.`,
};

export const askLine = (ask: Ask): Line => (asks[ask.is] as (ask: Ask) => Line)(ask);

export function actionLabel(label: Label): string {
  switch (label.is) {
    case 'play':
      return `Play the ${rankName(label.card.rank)}`;
    case 'play_slot':
      return `Play ${cardNo(label.slot)}`;
    case 'window_slot':
      return `Yes, play ${cardNo(label.slot)}`;
    case 'collect':
      return `Collect the ${rankName(label.card.rank)}`;
    default:
      return fixedLabels[label.is];
  }
}
const fixedLabels = {
  start: 'Start the match',
  rematch: 'Play again',
  look: 'Look at both',
  draw: 'Draw a card',
  play_any: 'Play it',
  queen: 'Look at it',
  jack: 'Swap them',
  skip: 'Skip',
  recall: 'Call Recall',
  collect_drawn: 'Collect it',
  pass: 'No card of mine',
};
