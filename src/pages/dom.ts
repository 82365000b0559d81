// What the pages draw with. Text becomes text nodes, never markup; looks are classes and custom properties.
import { bareName } from '../classroom/names.ts';

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

/** An element with attributes (`false` and undefined leave one out) and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  attribute(made, attributes);
  made.append(...children);
  return made;
}

export function drawing(tag: string, attributes: Attributes, ...children: readonly Node[]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  attribute(made, attributes);
  made.append(...children);
  return made;
}

function attribute(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
}

/** A name as somebody typed it: stripped, and in a direction of its own, so that it turns nothing round it. */
export function named(name: string, kind = 'name'): HTMLElement {
  const bare = bareName(name);
  return element('bdi', { class: kind, title: bare }, bare);
}

/** The element of the page with this id. */
export function part<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Kind;
}

/** Changes the text only where it is another: what reads aloud would read it again. */
export function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Makes the children of `parent` those of `items`, in their order. Elements stay the same for the same key, and are moved
 * only where they stand in the wrong place: focus and movement outlast a new state.
 */
export function keep<Item, Kept extends Element>(
  parent: Element,
  items: readonly Item[],
  key: (item: Item) => string,
  { make, update }: { readonly make: (item: Item) => Kept; readonly update?: (kept: Kept, item: Item) => void },
): void {
  const kept = new Map([...parent.children].map((child) => [child.getAttribute('data-key'), child as Kept]));
  items.forEach((item, place) => {
    const found = kept.get(key(item));
    const child = found ?? make(item);
    if (!found) child.setAttribute('data-key', key(item));
    kept.delete(key(item));
    update?.(child, item);
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
  for (const child of kept.values()) child.remove();
}

export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export const many = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
