// The one picture on the terminal: what is drawn anew takes the place of what was drawn before, cell by cell.
import { type Instance, render } from 'ink';
import type { ReactNode } from 'react';

const options = {
  exitOnCtrlC: false,
  incrementalRendering: true,
  maxFps: 60,
  patchConsole: false,
  interactive: true,
} as const;
let ink: Instance | undefined;

/** Draws at once. */
export function draw(picture: ReactNode): Instance {
  if (ink) ink.rerender(picture);
  else ink = render(picture, options);
  return ink;
}

/** Ends the drawing; what is drawn afterwards begins anew. */
export function endDrawing(): void {
  ink?.unmount();
  ink = undefined;
}
