// Choices by ink-select-input, in the looks of the game.
import SelectInput from 'ink-select-input';
import { Text } from 'ink';
import { useGame } from '../game.ts';
import { fitted, span } from '../spans.ts';

export interface Choice {
  readonly label: string;
  readonly value: string;
}
export interface ChoicesProps {
  readonly items: readonly Choice[];
  readonly width: number;
  /** Rows that there are for them. */
  readonly limit: number;
  readonly focused: boolean;
  readonly first?: number;
  readonly onSelect: (value: string) => void;
  readonly onHighlight?: (value: string) => void;
}

export function Choices({ items, width, limit, focused, first = 0, onSelect, onHighlight }: ChoicesProps) {
  const { theme } = useGame();
  const Indicator = ({ isSelected = false }: { readonly isSelected?: boolean }) => (
    <Text>{theme.paint([isSelected ? span('❯ ', focused ? 'accent' : 'faint') : { text: '  ' }])}</Text>
  );
  const Item = ({ label, isSelected = false }: { readonly label: string; readonly isSelected?: boolean }) => (
    <Text wrap="truncate">
      {theme.paint(fitted([span(label, isSelected ? 'read' : 'text', { bold: isSelected })], width - 2))}
    </Text>
  );
  return (
    <SelectInput
      items={items.map(({ label, value }) => ({ key: value, label, value }))}
      initialIndex={first}
      limit={Math.max(1, limit)}
      isFocused={focused}
      indicatorComponent={Indicator}
      itemComponent={Item}
      onSelect={({ value }) => onSelect(value)}
      onHighlight={(item) => item && onHighlight?.(item.value)}
    />
  );
}
