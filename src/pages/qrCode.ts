// A QR code as a drawing: dark squares on a light card, whatever the page's colours, for cameras want it so.
import { encode } from 'uqr';
import { drawing } from './dom.ts';

/** With the quiet zone of four squares that ISO/IEC 18004 asks for. */
export function qrCode(text: string): SVGElement {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return drawing(
    'svg',
    {
      viewBox: `0 0 ${size} ${size}`,
      role: 'img',
      'aria-label': 'QR code with the command',
      'shape-rendering': 'crispEdges',
    },
    drawing('rect', { width: size, height: size, class: 'card' }),
    drawing('path', { d: squares.join(''), class: 'squares' }),
  );
}
