import type { Trouble } from '../packages/recall-protocol/src/trouble.ts';
import type { Face } from './state/table.ts';
import { aRank, cardLabel, cardNo, rankNames, theCard } from './strings/cards.ts';

/** Every text that a person reads or hears, with what is asked of them in strings/asks.ts; no other file has any. */

const timeFormat = { hour: '2-digit', minute: '2-digit' } as const;
const minutes = (s: number): string => (s === 60 ? '1 minute' : `${s / 60} minutes`);
const duration = (s: number): string => (s % 60 === 0 ? minutes(s) : `${s} s`);

/** Why something was refused: what it means, and what to do. */
export const refusals: Record<Trouble, string> = {
  INVALID_OPTIONS: 'The server does not take these settings.',
  INVALID_PAYLOAD: 'The server did not understand that. Reload the page.',
  UNAUTHENTICATED: 'The server does not know you any more.',
  WRONG_PASSWORD: 'That is not the password of this room.',
  PASSWORD_REQUIRED: 'This room needs a password.',
  KICKED: 'The owner of this room has shown you out.',
  BANNED: 'This server lets you play no more for a while.',
  NOT_ALLOWED: 'This room is for invited players only.',
  ROOM_NOT_FOUND: 'There is no such room any more, or the link is wrong.',
  NOT_FOUND: 'The server does not know this address. Reload the page.',
  ROOM_FULL: 'Every seat of this room is taken.',
  MATCH_RUNNING: 'A match is being played. Come back when it is over.',
  TOO_MANY_ROOMS: 'You have a seat in too many rooms. Leave one of them first.',
  TOO_MANY_ATTEMPTS: 'Too many wrong passwords. Wait a minute, then try again.',
  TOO_MANY_REQUESTS: 'That was too much at once. Wait a moment.',
  UNAVAILABLE: 'The server could not store that. Nothing has changed: try again.',
  NOT_YOUR_TURN: 'It is not your turn.',
  WRONG_PHASE: 'Too late, or too early: that can’t be done now.',
  NO_SUCH_SLOT: 'There is no card in that place any more.',
  CARD_LOCKED: 'That card can’t be used for this.',
  RANK_MISMATCH: 'The rank does not match.',
  ALREADY_CALLED: 'Recall has been called already.',
  NOT_OWNER: 'Only the owner of the room may do that.',
  UNKNOWN_MESSAGE: 'The server does not know that request. Reload the page.',
  INTERNAL: 'Something went wrong on the server. Try again.',
  AWAY: 'No answer came. Look at the table before you try again.',
  NO_GUESTS: 'This server wants players to sign in.',
  FAULT: 'Something went wrong on this page. Reload it: your seat is kept.',
};

/** Pages that say why nothing goes on here, and the way on. */
export const notices = {
  not_found: {
    title: 'This room is gone',
    text: 'The link is wrong, the match has ended long ago, or everybody has left.',
  },
  full: { title: 'This room is full', text: 'Every seat is taken. You can play in another one.' },
  running: { title: 'A match is being played here', text: 'Nobody new can enter before it is over.' },
  not_allowed: { title: 'For invited players', text: 'The owner of this room lets only certain players in.' },
  no_guests: { title: 'No guests here', text: 'This server wants players to sign in, and this page can’t do that.' },
  too_many_rooms: { title: 'You have too many rooms open', text: 'Leave one of your matches in the lobby first.' },
  busy: { title: 'Too many tries', text: 'The server asks you to wait a minute.' },
  away: {
    title: 'The server does not answer',
    text: 'It may be restarting, or your connection may be down. Your seat is kept for a while.',
  },
  unable: {
    title: 'The server has trouble',
    text: 'It answers, but can’t do that right now. Nothing is lost: try again in a moment.',
  },
  fault: { title: 'That did not work', text: 'Something went wrong on this page. Reload it, and try again.' },
  refused: { title: 'That did not work', text: 'The server refused. It may run another version: reload the page.' },
  replaced: {
    title: 'You are playing in another tab',
    text: 'This seat was opened again elsewhere, so this page has let go of it.',
  },
  banned: {
    title: 'You are banned',
    text: 'Who runs this server lets you play no more for a while.',
  },
  kicked: {
    title: 'You were taken out of the room',
    text: 'The owner of the room showed you out, until the next match starts.',
  },
  too_many: {
    title: 'Too many wrong requests',
    text: 'The server has closed this connection. Your seat is still yours.',
  },
  signed_out: { title: 'You are signed out', text: 'Your seats have been given up. You can start anew as a guest.' },
  closed_by_operator: {
    title: 'This room was closed',
    text: 'Who runs this server has closed it. You can open another one.',
  },
  closed: { title: 'This room is closed', text: 'Everybody had left, or nothing had happened in it for a long time.' },
} as const satisfies Record<string, { title: string; text: string }>;
export type NoticeKey = keyof typeof notices;

export const text = {
  name: 'Recall',
  pitch: 'A card game of memory. Hold the fewest points, and remember where they are.',
  skipToActions: 'Go to what you can do now',
  toLobby: 'Back to the lobby',
  tryAgain: 'Try again',
  takeOver: 'Play here instead',
  comeBack: 'Back to my seat',
  cancel: 'Cancel',
  close: 'Close',
  entering: 'Finding your seat',
  enteringHint: 'This takes a second.',
  arriving: 'Many are arriving …',
  arrivingHint: 'You are in line, and get in as soon as it is your turn. Nothing to do but wait.',
  password: 'Password',
  passwordTitle: 'A private room',
  passwordAsk: 'Who sent you the link knows the password.',
  turnTitle: 'Your turn – ',
  enter: 'Enter',
  nameTitle: 'You are invited',
  nameAsk: 'What shall the others call you?',
  sitDown: 'Sit down',

  lobby: {
    yourName: 'Your name',
    namePlaceholder: 'Guest',
    playNow: 'Play now',
    playNowHint: 'In a match within five seconds. Computer players fill the table.',
    ownMatches: 'Your matches',
    seatSince: (at: number | undefined) =>
      at === undefined ? 'Your seat' : `Your seat since ${new Date(at).toLocaleTimeString([], timeFormat)}`,
    goOn: 'Go on',
    bots: 'Against computer players',
    howMany: 'How many',
    level: 'How good',
    levels: { easy: 'Easy', medium: 'Medium', hard: 'Hard', expert: 'Expert' },
    playBots: (n: number) => (n === 1 ? 'Play against one' : `Play against ${n}`),
    fewer: 'One fewer',
    more: 'One more',
    friends: 'With friends',
    friendsHint: 'Open a room, then send its link.',
    seats: 'Seats',
    turnTime: 'Time for each step',
    timeOption: (s: number) => (s % 60 === 0 ? minutes(s) : `${s} seconds`),
    moreSettings: (seats: number, s: number) => `${seats} seats, ${duration(s)} a step, and more`,
    type: 'Game',
    windows: 'After each card, others may add one of its rank',
    windowTimes: { whole: 'The whole time', short: 'Less, if all say no' },
    types: { classic: 'Classic', clear: 'No collecting' },
    whoMayEnter: 'Who may enter',
    permissions: { public: 'Everybody', private: 'By password' },
    passwordHint: 'At least 6 characters',
    open: 'Open the room',
    invited: 'Invited?',
    join: 'Link or room id',
    joinHint: 'room_…',
    joinButton: 'Join',
    noRoomId: 'That is neither a link nor a room id: those have “room_” in them.',
    deleteData: {
      button: 'Delete my data',
      title: 'Delete everything about me?',
      what: 'Your name, your settings and your seats are deleted, here and on the server. In matches that you have played, others see “Somebody” in your place. It can’t be undone.',
      confirm: 'Delete it all',
      done: 'It is all deleted.',
      notYet: 'It is not all deleted yet. Try again in a moment.',
    },
    publicRooms: 'Open rooms',
    roomsWaiting: (n: number) =>
      n === 0
        ? 'None at the moment. Open one for everybody, and it is listed here; or press “Play now”.'
        : n === 1
          ? 'One room waits for players.'
          : `${n} rooms wait for players.`,
    noList: {
      asking: 'Looking for rooms …',
      lost: 'The server does not answer. The list comes back as soon as it does.',
      unable: 'The list can’t be shown right now. It comes back by itself.',
    },
    seatsTaken: (taken: number, of: number) => `${taken} of ${of} seats taken`,
    roomFacts: (type: string, s: number, startsByItself: boolean) =>
      `${type}, ${duration(s)} a step${startsByItself ? ', starts by itself' : ''}`,
    joinRoom: (seats: string) => `Join: ${seats}`,
    allRooms: (n: number) => `Show all ${n}`,
    rules: 'How to play',
  },

  table: {
    room: 'Room',
    match: (n: number) => `Match ${n}`,
    invite: 'Copy the link',
    invited: 'Link copied',
    leave: 'Leave',
    leaveAsk: 'Leave the match?',
    leaveText: {
      goesOn: 'A computer player plays your seat on, and you can’t come back to it.',
      ends: 'Only computer players are left then: the match ends at once, nobody wins it, and the room closes.',
    },
    leaveYes: 'Leave',
    leaveNo: 'Stay',
    players: 'Players',
    piles: 'Piles',
    you: 'you',
    yourHand: 'Your cards',
    freeSeat: 'Free seat',
    computer: 'computer',
    away: 'away',
    playedByBot: 'computer plays',
    owner: 'owner',
    called: 'called Recall',
    onTurn: 'on turn',
    collects: (rank: string, n: number) => `${rankNames(rank)}: ${n} of 4`,
    missed: (n: number) => `${n} missed`,
    points: (n: number) => (n === 1 ? '1 point' : `${n} points`),
    addBot: 'Add a computer player',
    removeBot: (name: string) => `Remove ${name}`,
    drawPile: (n: number) => (n === 1 ? 'Draw pile, 1 card' : `Draw pile, ${n} cards`),
    drawPileShort: 'Draw',
    discardPile: (top: string, n: number) => `Discard pile, ${n === 1 ? '1 card' : `${n} cards`}, on top ${top}`,
    discardPileShort: 'Pile',
    emptyPile: 'nothing',
    drawnCard: 'Drawn card',
    drawnShort: 'Drawn',
    window: (rank: string) => `Same rank: anyone may play ${aRank(rank)}`,
    log: 'What happened',
    nothingYet: 'Nothing yet. Every move is written down here.',
    recall: (name: string) => `${name} called Recall`,
    recallYou: 'You called Recall',
    recallMeans: 'Everybody else has one more turn.',
    recallStands: (name: string) => `${name} called Recall: last turns`,
    recallStandsYou: 'You called Recall: last turns',
    sound: 'Sound',
    soundAndVibration: 'Sound and vibration',
    publicRoom: 'Public: anybody may join from the lobby.',
    privateRoom: 'Private: the lobby does not list it.',
    startsIn: 'Starts in',
    result: 'Result',
    check: 'Check the deal',
    botPlays: 'A computer player is playing for you.',
    takeBack: 'Take my seat back',
    paused: 'The match is paused: the server can’t store moves right now. No time is lost.',
    leftOut:
      'Your part was left out of this deal: it did not come in time, says the server. What this page can check of the deal is less.',
    begunAgain: (times: number) =>
      `This deal was begun ${times} times, and your part had been opened before: somebody could choose among as many deals.`,
    dropped: 'The connection is lost. Getting you back to your seat …',
    whatNow: 'What you can do now',
    link: 'Link to this room',
  },

  /** The name of a card for who can't see it. */
  slot: (whose: string, slot: number, card: Face | null, shown: boolean): string =>
    `${whose}, ${cardNo(slot)}: ${card ? `${cardLabel(card)}${shown ? ', shown to you' : ''}` : 'face down'}`,
  emptySlot: (whose: string, slot: number): string => `${whose}, place ${slot + 1}: empty`,
  yours: 'Your hand',
  theirs: (name: string) => `Hand of ${name}`,

  result: {
    won: (names: string[]) =>
      names.length === 0 ? 'Nobody wins' : `${names.join(' and ')} ${names.length > 1 ? 'win' : 'wins'}`,
    youWon: 'You win',
    youShare: (names: string[]) => `You win, together with ${names.join(' and ')}`,
    how: {
      lowest_points: 'with the fewest points',
      empty_hand: 'with no card left',
      four_of_a_kind: 'with four of a kind',
      abandoned: 'everybody had left',
    } as Record<string, string>,
    place: 'Place',
    player: 'Player',
    points: 'Points',
    cards: 'Cards',
  },

  deal: {
    title: 'Was the deal fair?',
    what: 'Before the match the server published a fingerprint of its secret, and players who take part one of theirs; all were opened only then. This page has computed the deal anew from them.',
    outcomes: {
      fair: () => 'Yes. Your part is in it and nobody’s was left out: nobody has chosen this deal.',
      limited: (choices: number) =>
        `Nearly. Parts were left out or the deal was begun again, so that this may not be the deal that chance gave, but one of up to ${choices}.`,
      consistent: () =>
        'This page can’t tell. All of it fits together, but without your own part in it the server could have chosen the deal.',
      broken: () => 'No: something does not fit.',
    },
    tookPart: (names: readonly string[]) => `Took part: ${names.join(', ') || 'nobody'}`,
    leftOut: (names: readonly string[]) => `Left out: ${names.join(', ')}`,
    ownLeftOut: 'Your own part was left out of this deal.',
    begunAgain: (times: number) =>
      `This deal was begun ${times} times, and you had opened your part before. An honest server does not do that.`,
    save: 'Save what this page knows of it',
    formula: 'The deal was made from the parts that were closed',
    seats: 'Those who play, and what each had promised, are the same as before anything was opened',
    part: (name: string) => `The part of ${name} is the one that was promised`,
    ownPart: 'Your own part is in the deal',
    commitment: 'The secret has the fingerprint that was published before the match',
    holds: 'fits:',
    fails: 'does not fit:',
    discard: (card: Face) => `The pile was opened by ${theCard(card)}`,
    starter: (name: string) => `${name} had the first turn`,
    card: (slot: number, card: Face) => `Your ${cardNo(slot)} was ${theCard(card)}`,
    hands: 'The hands as they were dealt',
    secret: 'Secret',
    fingerprint: 'Fingerprint',
    seed: 'Seed',
  },

  /** The event log. `who` is “You” or a name, `whose` “your”, “their own” or a name’s. */
  events: {
    match_started: (n: number, starter: string, card: Face) =>
      `Match ${n} began. The pile opens with ${theCard(card)}; ${starter === 'You' ? 'you have' : `${starter} has`} the first turn.`,
    left_out: (who: string) =>
      who === 'You' ? 'Your part was left out of the deal.' : `The part of ${who} was left out of the deal.`,
    peeked: (who: string, byLot: boolean) =>
      byLot ? `${who} chose no cards: two were drawn by lot.` : `${who} looked at two cards.`,
    collection: (who: string, card: Face) => `${who} collected ${theCard(card)} to begin with.`,
    drew: (who: string) => `${who} drew a card.`,
    took: (who: string, card: Face) => `${who} took ${theCard(card)} from the pile.`,
    played: (who: string, card: Face, slot: number) =>
      slot < 0 ? `${who} played the drawn card: ${theCard(card)}.` : `${who} played ${cardNo(slot)}: ${theCard(card)}.`,
    window_opened: (rank: string) => `Same rank: anyone may play ${aRank(rank)}.`,
    same_rank_played: (who: string, card: Face, slot: number) =>
      `${who} matched with ${cardNo(slot)}: ${theCard(card)}.`,
    same_rank_refused: (who: string, slot: number, penalty: boolean) =>
      `${who} tried ${cardNo(slot)}: not the rank.${penalty ? ' One more card.' : ''}`,
    queen_peeked: (who: string, whose: string, slot: number) => `${who} looked at ${whose} ${cardNo(slot)}.`,
    jack_swapped: (who: string, whoseA: string, slotA: number, whoseB: string, slotB: number) =>
      `${who} swapped ${whoseA} ${cardNo(slotA)} and ${whoseB} ${cardNo(slotB)}.`,
    power_skipped: (who: string, power: 'queen' | 'jack', why: 'chosen' | 'time' | 'nothing') =>
      why === 'nothing'
        ? `There was nothing for the ${power} of ${who === 'You' ? 'yours' : who} to do.`
        : `${who} did not use the ${power}${why === 'time' ? ' in time' : ''}.`,
    collected: (who: string, card: Face, from: 'discard' | 'drawn') =>
      from === 'drawn'
        ? `${who} drew and collected ${theCard(card)}.`
        : `${who} collected ${theCard(card)} from the pile.`,
    reshuffled: (n: number) => `The pile was shuffled: ${n} cards to draw again.`,
    recall_called: (who: string) => `${who} called Recall! Everybody else has one more turn.`,
    turn_missed: (who: string, kept: boolean) =>
      `${who} ran out of time.${kept ? ' The drawn card stays in the hand.' : ''}`,
    turn_passed: (who: string) => `${who} could neither draw nor play.`,
    bot_took_over: (who: string) => `A computer player plays for ${who === 'You' ? 'you' : who} now.`,
    player_back: (who: string) => (who === 'You' ? 'You are back at your seat.' : `${who} is back.`),
    match_ended: (winners: string) => `The match is over. ${winners}.`,
    log_begins: 'The log begins here: what happened before is not written down.',
    log_goes_on: 'The connection is back. Not all that happened meanwhile is written down.',
    joined: (who: string) => `${who} sat down.`,
    left: (who: string) => `${who} left.`,
    you: 'You',
    your: 'your',
    yourOwn: 'your own',
    theirOwn: 'their own',
    of: (name: string) => `${name}’s`,
  },

  rules: {
    title: 'How to play',
    aim: 'Hold the fewest points when the match ends. Ace is 1, two to ten count their number, jack, queen and king 10, a joker 0. Seven and eight play with two decks.',
    peek: 'At the start you look at two of your four cards, once. From then on you remember.',
    turn: 'On your turn draw a card, then play one, face up: the drawn one, or one of yours. The drawn card then takes its place. If your time runs out, you keep the drawn card.',
    window:
      'After each play there are a few seconds in which anyone who has a card of the same rank may play it too, and is rid of it. Who is wrong gets one card more, and waits for the next time.',
    queen: 'A queen that you play lets you look at any card.',
    jack: 'A jack that you play lets you swap any two cards, unseen.',
    collect:
      'In the classic game the lower of your first two cards stays face up: your collection. While the pile shows its rank you may take that card, face up, in or out of turn; one that you have drawn you may collect in place of playing. Collected cards count their points and can’t be played. Four of the rank win at once.',
    collectJack:
      'A jack can swap a collected card away: it is an ordinary card then. Who has none left collects no more.',
    recall:
      'If you believe that you have the fewest points, call Recall before you play. Everybody else has one more turn, then all cards are turned up.',
    empty: 'Who has no card left when a same-rank window ends wins at once.',
  },
};
