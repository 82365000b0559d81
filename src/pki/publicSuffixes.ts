// Names below which strangers register theirs, so that no wildcard may cover them (CA/Browser Forum, 3.2.2.6). All top
// labels are such; of the others this is an excerpt of https://publicsuffix.org/list, whose whole length is no matter here.

/** Whether everybody can have a name directly below it. */
export const isPublicSuffix = (name: string): boolean => !name.includes('.') || excerpt.has(name);

const second = 'ac co com edu gov net org';
const countries = 'ar at au bd br cn eg hk id il in jp ke kr mx my ng nz ph pk pl pt sa sg th tr tw ua uk vn za';
const excerpt: ReadonlySet<string> = new Set([
  ...countries.split(' ').flatMap((country) => second.split(' ').map((one) => `${one}.${country}`)),
  ...'ltd.uk me.uk nhs.uk plc.uk sch.uk ne.jp or.jp go.jp go.kr or.kr asn.au id.au'.split(' '),
  // Where companies lend out names.
  ...'s3.amazonaws.com cloudfront.net elasticbeanstalk.com azurewebsites.net cloudapp.net appspot.com run.app web.app'.split(
    ' ',
  ),
  ...'firebaseapp.com blogspot.com github.io gitlab.io netlify.app vercel.app pages.dev workers.dev herokuapp.com'.split(
    ' ',
  ),
  ...'fly.dev onrender.com readthedocs.io myshopify.com'.split(' '),
]);
