import { useMemo } from 'preact/hooks';
import { type Check, type Seen, verify } from '../../state/deal.ts';
import { text } from '../../strings.ts';
import { FaceView } from '../card.tsx';
import { Icon } from '../icons.tsx';

const say = text.deal;

/** The deal computed anew from the secret, and compared with what this page saw. */
export function DealCheck({ seen, roomId, secret }: { seen: Seen; roomId: string; secret: string }) {
  const verdict = useMemo(() => verify(seen, roomId, secret), [seen, roomId, secret]);
  return (
    <div class="deal">
      <p class={`verdict ${verdict.fair ? 'yes' : 'no'}`}>{verdict.fair ? say.yes : say.no}</p>
      <p>{say.what}</p>
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
        <dd>{verdict.secret}</dd>
        <dt>{say.fingerprint}</dt>
        <dd>{verdict.commitment}</dd>
        <dt>{say.seed}</dt>
        <dd>{verdict.seed}</dd>
      </dl>
    </div>
  );
}

function wordsOf({ of, card, slot, name }: Check): string {
  switch (of) {
    case 'commitment':
      return say.commitment;
    case 'nonce':
      return say.nonce;
    case 'starter':
      return say.starter(name ?? '');
    case 'discard':
      return card ? say.discard(card) : '';
    case 'peeked':
      return card && slot !== undefined ? say.peeked(slot, card) : '';
  }
}
