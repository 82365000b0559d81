// HTML by hand: text that is escaped, and tags around it.

/** HTML that is safe to put into a page: made by `tag` and `text` alone. */
export interface Html {
  readonly html: string;
}
export type Child = Html | string | readonly Child[] | undefined;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** Text as it is, without the control characters that HTML may not have. */
export const text = (words: string): Html => ({ html: escaped(words.replace(/(?!\n|\t)\p{Cc}/gu, '\u00b7')) });

const inside = (child: Child): string =>
  child === undefined
    ? ''
    : typeof child === 'string'
      ? text(child).html
      : 'html' in child
        ? child.html
        : child.map(inside).join('');

/** `<name attributes>children</name>`. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: Child[]
): Html {
  const all = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${text(value).html}"`],
  );
  const html = children.map(inside).join('');
  return { html: `<${name}${all.join('')}>${voids.has(name) ? '' : `${html}</${name}>`}` };
}
const voids = new Set(['meta', 'br']);
