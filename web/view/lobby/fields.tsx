import { useId } from 'preact/hooks';
import { text } from '../../strings.ts';
import { Icon } from '../icons.tsx';

/** A number that is chosen by two buttons. */
export function Stepper(props: { label: string; value: number; min: number; max: number; set: (n: number) => void }) {
  const { label, value, min, max, set } = props;
  const id = useId();
  const step = (by: number) => set(Math.min(max, Math.max(min, value + by)));
  return (
    <div class="field">
      <span id={id}>{label}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out as a row everywhere */}
      <div class="stepper" role="group" aria-labelledby={id}>
        <button
          type="button"
          class="button icon-only"
          aria-label={text.lobby.fewer}
          aria-disabled={value === min}
          onClick={() => step(-1)}
        >
          <Icon name="minus" />
        </button>
        <output aria-live="polite">{value}</output>
        <button
          type="button"
          class="button icon-only"
          aria-label={text.lobby.more}
          aria-disabled={value === max}
          onClick={() => step(1)}
        >
          <Icon name="plus" />
        </button>
      </div>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  names: Readonly<Record<T, string>>;
  set: (value: T) => void;
}

/** One of a few, all in sight. */
export function Choice<T extends string>({ label, value, names, set }: ChoiceProps<T>) {
  const id = useId();
  return (
    <fieldset class="field choice">
      <legend>{label}</legend>
      <div class="options">
        {(Object.keys(names) as T[]).map((one) => (
          <label key={one}>
            <input type="radio" name={id} value={one} checked={one === value} onChange={() => set(one)} />
            <span>{names[one]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
