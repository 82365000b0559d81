// The keys while a text is typed: letters, also pasted ones, Backspace, Enter to keep it and Esc to leave it.
import { useInput, usePaste } from 'ink';
import { useGame } from '../game.ts';

interface TypingProps {
  readonly typed: string;
  /** The most characters that it may have. */
  readonly most: number;
  readonly onType: (text: string) => void;
  readonly onKeep: () => void;
  readonly onLeave: () => void;
}

export function Typing({ typed, most, onType, onKeep, onLeave }: TypingProps) {
  const add = (text: string) => onType([...typed, ...text].slice(0, most).join(''));
  usePaste(add);
  useInput((input, key) => {
    if (key.escape) onLeave();
    else if (key.return) onKeep();
    else if (key.backspace || key.delete) onType([...typed].slice(0, -1).join(''));
    else if (!key.ctrl && !key.meta && input) add(input);
  });
  return null;
}

/** The same for the player's name: kept in the settings, or said what is wrong with it. */
export function TypingName({ typed }: { readonly typed: string }) {
  const { actions } = useGame().store;
  return (
    <Typing
      typed={typed}
      most={mostTyped}
      onType={actions.type}
      onKeep={() => actions.keepName(typed)}
      onLeave={() => actions.type(undefined)}
    />
  );
}
/** Longer than any name that is taken. */
const mostTyped = 80;
