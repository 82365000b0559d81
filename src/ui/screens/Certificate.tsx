// The player's certificate: the document, with what there is to do with it; or what is still missing for it.
import { Box } from 'ink';
import { levelForIt, whatIsWanted, yourCertificate } from '../../game/deed.ts';
import type { Progress } from '../../game/progress.ts';
import type { Certifying } from '../../store/certifying.ts';
import { stars } from '../about.ts';
import { Footer } from '../components/Footer.tsx';
import { Header } from '../components/Header.tsx';
import { Lines } from '../components/Lines.tsx';
import { ScrolledPanel } from '../components/ScrolledPanel.tsx';
import { TypingName } from '../components/Typing.tsx';
import { diplomaBody, diplomaWidth } from '../diploma.ts';
import { useGameState, useSize } from '../game.ts';
import { centred, fitted, type Line, plain, span, type Tone } from '../spans.ts';
import { wrap } from '../wrap.ts';

export function Certificate({ certificate }: { readonly certificate: Certifying }) {
  const { columns, rows } = useSize();
  const typing = useGameState((state) => state.typing);
  const said = useGameState((state) => state.said);
  const progress = useGameState((state) => state.progress);
  const inner = columns - 4;
  const lines = linesOf({ certificate, typing, said, progress }, inner);
  return (
    <Box flexDirection="column">
      <Header width={columns} title="Certificate" />
      <Lines of={[[]]} width={columns} />
      <ScrolledPanel
        title="Certificate"
        lines={lines}
        scroll={certificate.scroll}
        width={columns}
        height={rows - 3}
        focused
      />
      {typing === undefined ? null : <TypingName typed={typing} />}
      <Footer width={columns} context={typing === undefined ? certificateContext(certificate) : 'typing'} />
    </Box>
  );
}

/** What has the keys: the certificate, what to do for it, or its name. */
export const certificateContext = (
  certificate: Certifying | undefined,
): 'certificate' | 'no certificate' | 'no name' =>
  certificate?.diploma ? 'certificate' : certificate?.deed ? 'no name' : 'no certificate';

interface Told {
  readonly certificate: Certifying;
  readonly typing: string | undefined;
  readonly said: string | undefined;
  readonly progress: Progress;
}

function linesOf({ certificate: { deed, name, fault, diploma }, typing, said, progress }: Told, width: number): Line[] {
  const text = (words: string, tone: Tone = 'text', bold = false): Line[] =>
    words.split('\n').flatMap((one) => wrap(one, '', width).map((line): Line => [span(line, tone, { bold })]));
  const answered = said ? [...text(said, 'accent'), []] : [];
  if (!deed)
    return [
      ...answered,
      ...text(whatIsWanted, 'read', true),
      ...text(standing(progress)),
      [],
      ...text(whatItIs),
      [],
      ...text('Enter plays the level.', 'accent'),
    ];
  if (!diploma || typing !== undefined)
    return [
      ...answered,
      ...text(yourCertificate, 'read', true),
      [],
      [span('Your name   ', 'text'), span(typing === undefined ? name || 'none yet' : `${typing}▍`, 'accent')],
      [],
      ...(fault && !said ? text(fault, 'accent') : []),
      ...text(
        typing === undefined
          ? 'Enter lets you type it. The certificate is issued in this name.'
          : 'The certificate is issued in this name. It is kept in the settings.',
        'faint',
      ),
    ];
  const inner = Math.min(width, diplomaWidth);
  return [
    ...answered,
    ...diplomaBody(diploma, inner).map((line) => centred(fitted(line, inner), width)),
    ...(plain(diploma.name) !== diploma.name ? [[], ...text(strangeLetters, 'faint')] : []),
  ];
}

function standing({ levels }: Progress): string {
  const best = levels[levelForIt]?.best;
  return best
    ? `Your best so far: ${stars(best.stars)}, ${best.points} of 100 points.`
    : 'You have not finished it yet.';
}

const whatItIs =
  'It is a real X.509 certificate in your name, with its private key and its chain. OpenSSL verifies it. The authority ' +
  'that signs it is made for this one certificate, and is nobody’s trust anchor.';

const strangeLetters =
  'Terminals draw some signs of your name differently: they stand here as “?”. In the certificate they are as you wrote them.';
