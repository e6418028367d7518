import type { Ref } from 'preact';
import { playerName } from '../state/playerName.ts';
import { text } from '../strings.ts';

/** How one wants to be called. */
export function NameField({ field }: { field?: Ref<HTMLInputElement> }) {
  return (
    <label class="field">
      {text.lobby.yourName}
      <input
        {...(field && { ref: field })}
        type="text"
        autocomplete="nickname"
        maxLength={32}
        placeholder={text.lobby.namePlaceholder}
        value={playerName.value}
        onInput={(event) => {
          playerName.value = event.currentTarget.value;
        }}
      />
    </label>
  );
}
