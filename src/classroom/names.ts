// What players, teams and competitions may be called. What others typed is drawn on thirty screens and a projector: no name
// may hide, steer a terminal, run out of its line or pass for that of somebody else.

export type Named = { readonly name: string } | { readonly refused: string };

/** A nickname, as it is kept: NFKC, without spaces at its ends; else one sentence for who typed it. */
export const nicknameOf = (typed: string): Named => held(typed, nickname);
/** A team's name has the rules of a nickname. */
export const teamNameOf = (typed: string): Named => held(typed, { ...nickname, what: 'team' });
/** The title of a competition or a round, or a reason: it may be longer and have punctuation. */
export const titleOf = (typed: string): Named => held(typed, title);

/** Equal for names that are the same but for case, width or spaces. */
export const foldedName = (name: string): string => folded(folded(name));

/** For wherever a name is drawn, whoever sent it: without all that `titleOf` refuses, and cut where it is too long. */
export function bareName(text: string): string {
  // What is taken out may leave beside each other what may not be: two spaces, a mark on nothing.
  const once = bared(text);
  const twice = bared(once);
  return twice === once ? once : bareName(twice);
}

function bared(text: string): string {
  const spaced = text
    .slice(0, mostRead)
    .normalize('NFKC')
    .replace(/[\p{Z}\s]+/gu, ' ');
  const plain = normal(spaced.replace(/[^\p{L}\p{M}\p{N}\p{P} ]|\p{DI}/gu, '')).replace(marksOnNothing, '$1');
  return graphemes(plain.replace(tooManyMarks, '$1')).slice(0, title.most).join('').trim() || '?';
}

/** A name of two friendly words. `random` is a whole number from 0; `generatedNames` of them follow each other without a repeat. */
export function generatedName(random: number): string {
  const at = random % generatedNames;
  return `${kinds[at % kinds.length]} ${animals[Math.floor(at / kinds.length)]}`;
}

/**
 * A cell of a CSV file (RFC 4180, section 2). A text that a spreadsheet would take for a formula gets an apostrophe before
 * it; numbers are ours and stay numbers.
 */
export function csvCell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const harmless = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}

interface Form {
  readonly what: string;
  readonly least: number;
  /** As people count: in graphemes. */
  readonly most: number;
  readonly strange: RegExp;
  readonly may: string;
}
const nickname: Form = {
  what: 'name',
  least: 2,
  most: 20,
  strange: /[^\p{L}\p{M}\p{Nd} ._-]|\p{DI}/u,
  may: 'letters, digits, spaces and . _ -',
};
const title: Form = {
  what: 'text',
  least: 2,
  most: 60,
  strange: /[^\p{L}\p{M}\p{N}\p{P} ]|\p{DI}/u,
  may: 'letters, digits, spaces and punctuation',
};
/** More than any name has, in UTF-16 units: what is longer is not looked at. */
const mostRead = 400;
/** Hebrew, Thai, Tibetan need three on one letter. With thirty a name climbs over the lines above it. */
const tooManyMarks = /(\p{M}{3})\p{M}+/gu;
/** At the start, or behind a space or a dot, a mark would stand on what is drawn before it. */
const marksOnNothing = /(^|[^\p{L}\p{M}\p{N}])\p{M}+/gu;

function held(typed: string, { what, least, most, strange, may }: Form): Named {
  if (typed.length > mostRead) return { refused: `This ${what} is too long: at most ${most} letters.` };
  const name = normal(typed);
  if (!name) return { refused: `The ${what} is empty. Type at least ${least} letters.` };
  const found = strange.exec(name)?.[0];
  if (found !== undefined) {
    const shown = /[\p{C}\p{Z}\p{DI}]/u.test(found) ? 'a character that cannot be seen' : `"${found}"`;
    return { refused: `The ${what} has ${shown} in it. It may have ${may}.` };
  }
  if (!/[\p{L}\p{N}]/u.test(name)) return { refused: `The ${what} needs a letter or a digit.` };
  if (name.search(marksOnNothing) >= 0) return { refused: `The ${what} has an accent that stands on no letter.` };
  if (name.search(tooManyMarks) >= 0) return { refused: `The ${what} has more than three accents on one letter.` };
  const { length } = graphemes(name);
  if (length < least) return { refused: `The ${what} is too short: at least ${least} letters.` };
  if (length > most) return { refused: `The ${what} is too long: at most ${most} letters, and it has ${length}.` };
  return { name };
}

const normal = (text: string): string => text.normalize('NFKC').replace(/ +/g, ' ').trim();
// Capitals first: so ß is ss, and both small sigmas are one.
const folded = (name: string): string => normal(normal(name).toUpperCase().toLowerCase());
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

// Nothing of bodies, colours of skin, minds or manners, and no animal that is also an insult.
const kinds =
  'Able Active Agile Alert Amber Apt Autumn Brave Breezy Bright Brisk Calm Candid Careful Cheerful Clear Clever Cool Coral Cosy Curious Daring Eager Early Earnest Expert Famous Fearless Festive Fresh Friendly Gentle Glad Golden Grand Happy Helpful Honest Jolly Joyful Keen Kind Lively Loyal Lucky Lunar Magic Mellow Merry Mighty Neat Nimble Noble Patient Peaceful Playful Polite Proud Quick Quiet Ready Royal Serene Silver Smart Snappy Solar Spring Starry Steady Summer Sunny Swift Tidy Trusty Upbeat Vivid Warm Wise Witty Zesty'.split(
    ' ',
  );
const animals =
  'Alpaca Badger Bee Bison Bobcat Canary Caribou Cheetah Comet Condor Crane Cricket Curlew Deer Dolphin Dove Dragon Eagle Egret Elk Falcon Ferret Finch Firefly Fox Gannet Gazelle Gecko Griffin Heron Ibex Ibis Jackdaw Jaguar Kestrel Koala Lark Lemur Leopard Linnet Lion Llama Lobster Lynx Magpie Marmot Marten Moose Newt Ocelot Octopus Oriole Osprey Otter Owl Panda Pelican Penguin Petrel Phoenix Plover Puffin Puma Quail Rabbit Raven Robin Salmon Seal Sparrow Squirrel Starling Stork Swan Tapir Tern Tiger Toucan Turtle Wombat Wren Yak Zebra'.split(
    ' ',
  );
/** How many names `generatedName` has. */
export const generatedNames: number = kinds.length * animals.length;
