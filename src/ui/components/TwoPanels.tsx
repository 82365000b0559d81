// The two panels under the stage: beside each other, or where there is no room for both the one that has the focus.
import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Playing } from '../../store/playing.ts';
import type { Layout } from '../layout.ts';
import { Inspector } from './Inspector.tsx';

interface TwoPanelsProps {
  readonly playing: Playing;
  readonly layout: Layout;
  /** What stands beside the bytes. */
  readonly children: ReactNode;
}

export function TwoPanels({ playing, layout: { right, panel, tabs }, children }: TwoPanelsProps) {
  const bytes = <Inspector playing={playing} width={right} height={panel} />;
  if (tabs) return playing.focus === 'bytes' ? bytes : children;
  return (
    <Box>
      {children}
      {bytes}
    </Box>
  );
}
