// What Intl.Segmenter gives, without asking it about text in which every character stands for itself: making one takes
// longer than drawing a screen. The build puts this in the place of the segmenters of the packages that draw.

/** Printable ASCII, the signs of the game, and what begins an escape sequence: none joins what is beside it (UAX #29). */
export const simple =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: coloured text has them
  /^[\u001b\u0020-\u007e\u00a1-\u00ac\u00ae-\u00ff\u2010-\u2027\u2190-\u21ff\u23ce\u2500-\u25ff\u2605\u2606\u270e\u2713\u2717\u276f]*$/;

let segmenter;
export const graphemes = {
  segment(text) {
    if (simple.test(text)) return charactersOf(text);
    segmenter ??= new Intl.Segmenter();
    return segmenter.segment(text);
  },
};

/** As the Segments of ECMA-402, chapter 18. */
const charactersOf = (text) => ({
  containing: (index = 0) =>
    index >= 0 && index < text.length ? { segment: text[index], index, input: text } : undefined,
  *[Symbol.iterator]() {
    for (let index = 0; index < text.length; index++) yield { segment: text[index], index, input: text };
  },
});
