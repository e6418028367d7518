import { useMemo } from 'preact/hooks';
import type { OwnPart } from '../../../src/fairness/ownPart.ts';
import type { Check } from '../../../src/fairness/verify.ts';
import { fileOf, type Seen, verify } from '../../state/deal.ts';
import { text } from '../../strings.ts';
import { FaceView } from '../card.tsx';
import { Icon } from '../icons.tsx';

const say = text.deal;

interface Props {
  readonly seen: Seen;
  /** What this page kept of its own part, or null. */
  readonly own: OwnPart | null;
  readonly secret: string;
}

/** The deal computed anew from the secret and the parts, and compared with what this page kept and saw. */
export function DealCheck({ seen, own, secret }: Props) {
  const verdict = useMemo(() => verify(seen, secret, own), [seen, secret, own]);
  const { outcome, leftOut } = verdict;
  const file = `data:application/json;charset=utf-8,${encodeURIComponent(fileOf(seen, secret, own))}`;
  return (
    <div class="deal">
      <p class={`verdict ${outcome === 'broken' ? 'no' : outcome === 'fair' ? 'yes' : ''}`}>
        {say.outcomes[outcome](verdict.choices)}
      </p>
      {verdict.own === 'left_out' && (
        <p class="verdict no" role="alert">
          {say.ownLeftOut}
        </p>
      )}
      {verdict.begun > 1 && (
        <p class="verdict no" role="alert">
          {say.begunAgain(verdict.begun)}
        </p>
      )}
      <p>{say.what}</p>
      <p>{say.tookPart(verdict.tookPart)}</p>
      {leftOut.length > 0 && <p>{say.leftOut(leftOut)}</p>}
      <ul class="checks">
        {verdict.checks.map((check, i) => (
          <li key={i} class={check.holds ? 'yes' : 'no'}>
            <Icon name={check.holds ? 'check' : 'close'} />
            <span class="unseen">{check.holds ? say.holds : say.fails}</span>
            {wordsOf(check)}
          </li>
        ))}
      </ul>
      <h3>{say.hands}</h3>
      <ul class="dealt">
        {verdict.hands.map(({ name, cards }, i) => (
          <li key={i}>
            <span>{name}</span>
            {cards.map((face, slot) => (
              <FaceView key={slot} face={face} />
            ))}
          </li>
        ))}
      </ul>
      <dl>
        <dt>{say.secret}</dt>
        <dd>{secret}</dd>
        <dt>{say.fingerprint}</dt>
        <dd>{seen.commitment}</dd>
        <dt>{say.seed}</dt>
        <dd>{verdict.seed}</dd>
      </dl>
      <a class="button" href={file} download={`deal-${seen.roomId}-${seen.matchNumber}.json`}>
        {say.save}
      </a>
    </div>
  );
}

function wordsOf({ of, card, slot, name = '' }: Check): string {
  switch (of) {
    case 'commitment':
      return say.commitment;
    case 'formula':
      return say.formula;
    case 'seats':
      return say.seats;
    case 'part':
      return say.part(name);
    case 'own_part':
      return say.ownPart;
    case 'starter':
      return say.starter(name);
    case 'discard':
      return card ? say.discard(card) : '';
    case 'card':
      return card && slot !== undefined ? say.card(slot, card) : '';
  }
}
