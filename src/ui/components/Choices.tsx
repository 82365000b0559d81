// Choices by ink-select-input, in the looks of the game.
import SelectInput from 'ink-select-input';
import { Text } from 'ink';
import { useMemo } from 'react';
import { useTheme } from '../game.ts';
import { fitted, span } from '../spans.ts';
import type { Theme } from '../theme.ts';

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
  /** Takes the keys; usually where it is focused. */
  readonly listens?: boolean;
  readonly first?: number;
  readonly onSelect: (value: string) => void;
  readonly onHighlight?: (value: string) => void;
}

export function Choices({
  items,
  width,
  limit,
  focused,
  listens = focused,
  first = 0,
  onSelect,
  onHighlight,
}: ChoicesProps) {
  const theme = useTheme();
  // The same components from frame to frame, so that the rows are not made anew.
  const Indicator = useMemo(() => indicatorIn(theme, focused), [theme, focused]);
  const Item = useMemo(() => itemIn(theme, width), [theme, width]);
  return (
    <SelectInput
      items={items.map(({ label, value }) => ({ key: value, label, value }))}
      initialIndex={first}
      limit={Math.max(1, limit)}
      isFocused={listens}
      indicatorComponent={Indicator}
      itemComponent={Item}
      onSelect={({ value }) => onSelect(value)}
      onHighlight={(item) => item && onHighlight?.(item.value)}
    />
  );
}

interface Selectable {
  readonly isSelected?: boolean;
}
const indicatorIn =
  (theme: Theme, focused: boolean) =>
  ({ isSelected = false }: Selectable) => (
    <Text>{theme.paint([isSelected ? span('❯ ', focused ? 'accent' : 'faint') : { text: '  ' }])}</Text>
  );
const itemIn =
  (theme: Theme, width: number) =>
  ({ label, isSelected = false }: Selectable & { readonly label: string }) => (
    <Text wrap="truncate">
      {theme.paint(fitted([span(label, isSelected ? 'read' : 'text', { bold: isSelected })], width - 2))}
    </Text>
  );
