// The page: whole HTML that loads nothing and runs nothing, with every message, field and secret in it, and hostile text harmless.
import { describe, expect, it } from 'vitest';
import { tag, text } from '../../src/capture/html.ts';
import { reportOf } from '../../src/capture/report.ts';
import { secretsOf } from '../../src/capture/secrets.ts';
import { stage } from '../../src/game/view.ts';
import type { Field } from '../../src/tls/codec.ts';
import { shippedLevels } from '../shipped.ts';
import { wholeRun } from './runs.ts';

const page = (level: ReturnType<typeof shippedLevels>[number]) => {
  const { acts, judged } = wholeRun(level);
  return reportOf({ title: level.title, level: level.id, seed: '1', application: 'HTTPS Quest', acts, judged });
};

/** Walks the tags; throws where one is not closed in its order. Gives all tags with their attributes. */
function tagsOf(html: string): { name: string; attributes: string }[] {
  const open: string[] = [];
  const all: { name: string; attributes: string }[] = [];
  for (const [, closing, name = '', attributes = ''] of html.matchAll(/<(\/?)([a-z0-9]+)((?:\s[^<>]*)?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else {
      all.push({ name, attributes });
      if (name !== 'meta' && name !== 'br') open.push(name);
    }
  }
  expect(open).toEqual([]);
  return all;
}

describe.each(shippedLevels().map((level) => [level.id, level] as const))('the report of %s', (_id, level) => {
  const html = page(level);
  it('is whole, and loads and runs nothing', () => {
    const tags = tagsOf(html.replace('<!doctype html>', ''));
    const names = new Set(tags.map(({ name }) => name));
    for (const forbidden of ['script', 'img', 'link', 'iframe', 'object', 'form', 'base'])
      expect(names).not.toContain(forbidden);
    for (const { attributes } of tags) {
      expect(attributes).not.toMatch(/\son[a-z]+=|\ssrc=|\sstyle=/);
      const [, href] = /href="([^"]*)"/.exec(attributes) ?? [];
      if (href)
        expect(href).toMatch(
          /^(#[a-z0-9-]+|https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#(section|appendix)-[A-Z0-9.]+)$/,
        );
    }
    expect(html).toContain("default-src 'none'".replaceAll("'", '&#39;'));
    expect(html).not.toMatch(/url\(|@import/);
  });
  it('has every message, every field and every secret', () => {
    const { acts } = wholeRun(level);
    const names = (fields: readonly Field[]): string[] =>
      fields.flatMap(({ name, children }) => [name, ...names(children ?? [])]);
    for (const [index, seen] of acts.entries()) {
      const { rows } = stage(seen, true);
      for (const at of rows.keys()) expect(html).toContain(`id="m-${index}-${at}"`);
      for (const name of new Set(rows.flatMap(({ layers }) => layers.flatMap(({ fields }) => names(fields)))))
        expect(html).toContain(`>${text(name).html}</span>`);
      for (const { value } of secretsOf(seen)) expect(html).toContain(Buffer.from(value).toString('hex'));
    }
  });
  it('leads every link inside to a place that is there, once', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });
});

it('hostile text stays text', () => {
  const hostile = `</pre><script>alert("1")</script>&amp;'\u0000\u001b[2J`;
  expect(tag('p', { title: hostile }, hostile).html).not.toMatch(/<script|\p{Cc}/u);
  expect(text('<&>"\'').html).toBe('&lt;&amp;&gt;&quot;&#39;');
});
