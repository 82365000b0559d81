// The level file that `new` writes: everything that a level needs and that runs; only its words are missing.
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * How a level file in `folder` names the JSON Schema, for editors: by a path where the program is installed below that
 * folder, so that it holds on other machines too; otherwise by its URL.
 */
export function schemaFrom(folder: string, schema: URL): string {
  const path = relative(folder, fileURLToPath(schema));
  // An editor reads the name up to the first space.
  const below = !isAbsolute(path) && !path.startsWith('..') && !/\s/.test(path);
  return below ? `./${path.split(sep).join('/')}` : schema.href;
}

/** The text of a level that `check` refuses only for its empty texts. `schema` is where editors find the JSON Schema. */
export const newLevel = (id: string, schema: string): string => `# yaml-language-server: $schema=${schema}
# Fill in every "" and run: https-quest check ${id}.yaml
format: 1
id: ${id}
title: ""
chapter: 3
minutes: 3
# One sentence for the map: what one can do after this level.
teaches: ""
role: client
# The situation. In this one a till reads a feed of prices over TLS, and Mallory holds the cable.
scenario: price-feed
# Who is there, and the goal. At most 60 words.
brief: ""
# A choice is safe only if it holds in every world: one with an attacker, and a quiet one in which all must go well.
worlds:
  - name: cut
    # What the screen says above what a wrong choice led to.
    announce: ""
    setup: { mallory: cuts }
    goal:
      must:
        - accepted: [alice, whole-feed]
      never:
        - accepted: [alice, truncated-feed]
  - name: quiet
    setup: { mallory: passes }
    goal:
      must:
        - accepted: [alice, whole-feed]
      never:
        - accepted: [alice, truncated-feed]
steps:
  - id: end
    at: client.onEndOfStream
    ask: ""
    choices:
      - id: refuse
        # At most 31 columns.
        label: ""
        answer: { require: close_notify }
        verdict: safe
        # The verdict in one sentence, at most 66 columns.
        headline: ""
        says: ""
        rfc: "8446 6.1"
      - id: take
        label: ""
        answer: { require: nothing }
        verdict: { breaks: { accepted: [alice, truncated-feed] } }
        headline: ""
        # What many think, where to look, what is true.
        says: ""
        misconception: end-of-stream-is-end-of-message
        rfc: "8446 6.1"
    # The concept, where to look, the step.
    hints: ["", "", ""]
# What the player takes home.
debrief: ""
# The words of the field that one meets here.
terms: [close_notify]
`;
