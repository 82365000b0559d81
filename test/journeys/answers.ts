// The right answers of each level, by the names of the choices.
export const rightAnswers: Readonly<Record<string, readonly string[]>> = {
  'first-contact': ['https', 'continue', 'order'],
  'open-wire': ['shop', 'password', 'decoded'],
  'not-a-cipher': ['gcm', 'shared', 'needed'],
  'the-seal': ['signature', 'private', 'whole', 'encrypt'],
  'borrowed-session': ['session', 'cookie', 'everywhere', 'cookie'],
  'https-everywhere': ['all', 'redirect', 'secure'],
  'who-answered': ['none', 'https', 'doh'],
  'client-hello': ['both', 'share', 'named', 'server-name'],
  'bit-flip': ['digit', 'difference', 'gcm', 'ciphertext'],
  'open-secret': ['share', 'own-number', 'secret-and-shares', 'erase'],
  'in-the-middle': ['mine', 'mine', 'reseal', 'signature', 'swapped'],
  'server-hello': ['extension', 'one', 'fresh'],
  goodbye: ['refuse', 'refuse', 'notify'],
  'copied-passport': ['visit', 'own', 'mine', 'verify', 'verify', 'mine'],
  strip: ['proxy', 'both', 'hsts', 'first'],
};
