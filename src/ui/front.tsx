// The title with its menu as it is before the game is loaded: keys wait for the game, which then draws the same cells.
import { draw } from './draw.ts';
import { SizeContext, ThemeContext } from './game.ts';
import type { Size } from './layout.ts';
import { type Standing, TitleView } from './screens/TitleView.tsx';
import type { Theme } from './theme.ts';

interface FrontProps extends Standing {
  readonly size: Size;
  readonly theme: Theme;
  /** The padlock is shut at once. */
  readonly still: boolean;
}

export const drawFront = (props: FrontProps): void => void draw(<Front {...props} />);

export function Front({ size, theme, still, ...standing }: FrontProps) {
  return (
    <SizeContext.Provider value={size}>
      <ThemeContext.Provider value={theme}>
        <TitleView isShut={still} {...standing} />
      </ThemeContext.Provider>
    </SizeContext.Provider>
  );
}
