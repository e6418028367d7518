import { chosen, options } from '../../state/choice.ts';
import { type Mark, marks } from '../../state/marks.ts';
import { shown } from '../../state/shown.ts';
import { type Face, keyOf, me, type Player } from '../../state/table.ts';
import { text } from '../../strings.ts';
import { tap } from '../act.ts';
import { BackView, EmptyView, FaceView } from '../card.tsx';
import { Icon, type IconName } from '../icons.tsx';

/**
 * A place of a hand. A button at all times, so that the focus stays where it is when the match goes on; one that can be
 * reached by the keyboard while its card can be chosen.
 */
export function SlotView({ player, slot }: { player: Player; slot: number }) {
  const place = { session_id: player.sessionId, slot };
  const key = keyOf(place);
  const held = player.hand[slot];
  const whose = player.sessionId === me.value ? text.yours : text.theirs(player.name);
  if (!held || held.empty) {
    return (
      <span class="slot" role="img" aria-label={text.emptySlot(whose, slot)} data-anchor={key}>
        <EmptyView />
      </span>
    );
  }
  const seen = shown.value.find((card) => keyOf(card) === key);
  return (
    <CardButton
      place={place}
      face={held.faceUp ? held : (seen ?? null)}
      label={text.slot(whose, slot, held.faceUp ? held : (seen ?? null), seen !== undefined)}
      no={slot + 1}
      kind={held.faceUp ? 'up' : seen ? 'seen' : 'down'}
    />
  );
}

interface CardButtonProps {
  place: { session_id: string; slot: number };
  face: Face | null;
  label: string;
  no?: number;
  kind: 'up' | 'seen' | 'down' | 'drawn';
}

export function CardButton({ place, face, label, no, kind }: CardButtonProps) {
  const key = keyOf(place);
  const free = options.value?.places.has(key) ?? false;
  const taken = chosen.value.some((one) => keyOf(one) === key);
  const mark = marks.value.get(key);
  const classes = ['slot', kind, free && 'free', taken && 'chosen', mark && 'marked'].filter(Boolean).join(' ');
  return (
    <button
      type="button"
      class={classes}
      data-anchor={key}
      aria-label={label}
      aria-pressed={free ? taken : undefined}
      aria-disabled={!free}
      tabIndex={free ? 0 : -1}
      onClick={() => tap(place)}
    >
      {face ? <FaceView key={`${face.rank} ${face.suit}`} face={face} /> : <BackView {...(no && { no })} />}
      {taken ? <Sign icon="check" kind="chosen" /> : mark && <Sign icon={markIcons[mark]} kind={mark} />}
    </button>
  );
}

const markIcons: Record<Mark, IconName> = {
  peeked: 'eye',
  swapped: 'swap',
  refused: 'close',
  added: 'plus',
};

const Sign = ({ icon, kind }: { icon: IconName; kind: string }) => (
  <span class={`sign ${kind}`}>
    <Icon name={icon} />
  </span>
);
