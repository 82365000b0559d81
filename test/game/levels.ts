// Level files of the toy scenario, as text: one in the short form with a weak and a quiet world, one that changes sides.
import type { Level } from '../../src/game/level.ts';
import { loadLevel } from '../../src/game/load.ts';
import { scenarios } from './toy.ts';

export const lettersLevel = `format: 1
id: letters
title: Two letters
chapter: 0
minutes: 2
teaches: You can tell a stamp from a lie.
scenario: letters
brief: Ann orders a {item}.
debrief: It went well.
role: client
worlds:
  - name: carried
    announce: This is what Moe reads, {item} and all.
    setup: { moe: here }
    goal:
      must: [ { delivered: [order, bea] }, { anyOf: [ { accepted: [ann, thanks] }, { accepted: [ann, sent] } ] } ]
      never: [ { learned: [moe, order] }, { accepted: [ann, forged] } ]
  - name: quiet
    setup: { moe: away }
    goal: { must: [ { delivered: [order, bea] }, { accepted: [ann, thanks] }, { accepted: [ann, sent] } ] }
steps:
  - id: write
    at: client.write
    ask: Ann wants a {item}. How does she write?
    choices:
      - id: sealed
        label: Seal the {item} letter
        note: Moe carries it and reads nothing.
        answer: { how: sealed }
        verdict: safe
        headline: The order of a {item} is sealed.
        says: Moe carried it and could not read it.
      - id: twice
        label: Seal it, and send it twice
        answer: { how: sealed, copies: 2 }
        verdict: safe
        headline: Twice sealed is sealed.
        says: The second letter said the same.
      - id: open
        label: A postcard will do
        answer: { how: open }
        verdict: { breaks: { learned: [moe, order] } }
        misconception: nobody-reads-postcards
        headline: Moe reads about the {item}.
        says: Who carries a postcard can read it.
        rfc: "9110 17"
    hints: [ Who carries it?, "Look at the {item}.", Seal it. ]
  - id: first-reply
    at: client.onReply
    ask: A reply says that the {item} is sold out. Do you believe it?
    choices:
      - id: stamped
        label: Only with Bea's stamp
        answer: { believe: stamped }
        verdict: safe
        headline: No stamp, no belief.
        says: The first reply had none.
      - id: all
        label: Believe what comes
        answer: { believe: all }
        verdict: { breaks: { accepted: [ann, forged] } }
        misconception: paper-does-not-lie
        headline: Moe wrote that.
        says: Anybody can write a reply.
      - id: none
        label: Believe nobody today
        answer: { believe: none }
        verdict: { misses: { accepted: [ann, thanks] } }
        in: quiet
        misconception: refusing-is-safe
        headline: Bea meant it.
        says: Who believes nobody hears no news.
    hints: [ Look at the end., The stamp., Only stamped. ]
  - id: second-reply
    at: client.onReply
    nth: 2
    when: { write: [sealed, twice], first-reply: stamped }
    ask: Another reply. And now?
    choices:
      - id: same
        label: The same rule
        answer: { believe: stamped }
        verdict: safe
        headline: The same rule holds.
        says: This one had a stamp.
      - id: none
        label: Believe nobody now
        answer: { believe: none }
        verdict: { misses: { accepted: [ann, sent] } }
        misconception: refusing-is-safe
        headline: That was Bea's own letter.
        says: Who believes nobody hears no news.
`;

export const doorLevel = `format: 1
id: door
title: The pin and the seal
chapter: 0
minutes: 3
teaches: You can read a letter, and close it.
scenario: letters
brief: You are Moe, then Ann.
debrief: Both sides.
acts:
  - role: attacker
    title: Moe and the pin {tip}
    worlds:
      - name: door
        setup: { place: door }
        goal:
          must: [ { accepted: [bea, moe-as-ann] }, { found: [moe, what-happens] } ]
          never: [ { detected: [bea, wrong-pin] } ]
    steps:
      - id: predict
        kind: predict
        at: observer.predict
        ask: What will happen at the door?
        choices:
          - { id: opens, label: It opens, answer: { event: opens }, verdict: safe, headline: Yes., says: It opened. }
          - id: alarm
            label: An alarm
            answer: { event: alarm }
            verdict: { misses: { found: [moe, what-happens] } }
            misconception: doors-know-people
            headline: The door knows only the pin.
            says: It opened.
      - id: mark
        kind: pick
        at: moe.pickBytes
        ask: Mark the bytes that open the door.
        choices:
          - id: pin
            label: The value of pin
            picks: [ { record: letter, field: pin=.value } ]
            verdict: safe
            headline: That is the pin.
            says: Read in the clear.
          - id: tip
            label: The value of tip
            picks: [ { record: let*, field: "tip=*e" } ]
            verdict: { breaks: { detected: [bea, wrong-pin] } }
            misconception: any-number-will-do
            headline: Four digits, but the wrong ones.
            says: Bea looked it up.
          - id: sealed
            label: The sealed letter
            picks: [ { record: sealed letter } ]
            verdict: { breaks: { detected: [bea, wrong-pin] } }
            misconception: odd-bytes-are-secret
            headline: Three sevens open nothing.
            says: Odd is not secret.
        otherwise:
          verdict: { breaks: { detected: [bea, wrong-pin] } }
          misconception: any-bytes-will-do
          headline: Those bytes are no pin.
          says: Bea rang the alarm.
        hints: [ A number., Four digits., After pin=. ]
      - id: speak
        at: moe.speak
        when: { mark: pin }
        variants: 20
        ask: What do you say?
        choices:
          - { id: pin, label: "Say {pin}", answer: { say: "{pin}" }, verdict: safe, headline: It opens., says: Well. }
          - id: tip
            label: Say {tip}
            answer: { say: "{tip}" }
            verdict: { breaks: { detected: [bea, wrong-pin] } }
            misconception: any-number-will-do
            headline: Wrong.
            says: Wrong.
  - role: client
    carry: [ann]
    worlds:
      - name: carried
        setup: {}
        goal: { must: [ { delivered: [order, bea] } ], never: [ { learned: [moe, order] } ] }
    steps:
      - id: write
        at: client.write
        ask: You are Ann now. How do you write?
        choices:
          - { id: sealed, label: Sealed, answer: { how: sealed }, verdict: safe, headline: Good., says: Good. }
          - id: open
            label: Open
            answer: { how: open }
            verdict: { breaks: { learned: [moe, order] } }
            misconception: nobody-reads-postcards
            headline: Moe reads it.
            says: Moe reads it.
  - role: server
    worlds:
      - name: again
        policies: { ann: { client.onReply: { believe: stamped } } }
        goal: { must: [ { delivered: [order, bea] } ], never: [ { learned: [moe, order] } ] }
    steps:
      - id: book
        at: server.book
        ask: You are Bea. What do you book?
        choices:
          - { id: sealed, label: What is sealed, answer: { take: sealed }, verdict: safe, headline: Good., says: Good. }
          - { id: all, label: Whatever comes, answer: { take: all }, verdict: safe, headline: Fine here., says: Fine. }
          - id: none
            label: Nothing
            answer: { take: none }
            verdict: { misses: { delivered: [order, bea] } }
            misconception: refusing-is-safe
            headline: Ann waits.
            says: Ann waits.
`;

/** A toy level from its file; a fault of the file is a fault of the test. */
export function levelOf(text: string): Level {
  const loaded = loadLevel(text, 'toy.yaml', scenarios);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults, null, 1));
  return loaded.level;
}
