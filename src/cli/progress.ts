// What was learned, in words and for programs; to forget it; and to take it from one machine to another.
import { chapterTitle } from '../game/chapters.ts';
import type { Codex } from '../game/codex.ts';
import { type DrillPlan, planDrill } from '../game/drill.ts';
import { type Belief, beliefsOf, type Decision, masteryIn, rightAtFirst } from '../game/mastery.ts';
import { dated, inForce, type LogEvent, type Progress } from '../game/progress.ts';
import { didYouMean } from '../game/suggest.ts';
import { scenarios } from '../scenarios/index.ts';
import { type OpenLog, openLog } from '../store/log.ts';
import { copyAside, importLog, writeLog } from '../store/transfer.ts';
import { printable, quoted } from '../ui/printable.ts';
import { beliefInWords, dueInWords, nextInWords, onDay } from '../ui/recall.ts';
import { wrap } from '../ui/wrap.ts';
import type { Call } from './call.ts';
import { levelsFor, misconceptionsOf } from './levelFiles.ts';
import { exit } from './output.ts';
import { linesOf } from './plain/lines.ts';

/** The log, after what is wrong with it was said. */
function opened({ folder, output }: Call): OpenLog {
  const log = openLog(folder);
  output.complain(log.notices.flatMap((notice) => wrap(printable(notice))));
  return log;
}

// ---- stats ------------------------------------------------------------------------------------------------------

export function stats(call: Call): number {
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const levels = found.levels.map(({ level }) => level);
  const log = opened(call);
  const mastery = masteryIn(levels, scenarios)(log.history());
  const now = new Date();
  const known: Known = {
    levels,
    misconceptions: misconceptionsOf(call.settings.levels),
    progress: log.progress,
    mastery,
    beliefs: beliefsOf(mastery),
    plan: planDrill(mastery, { now, started: now }),
  };
  call.output.say(call.settings.json ? [JSON.stringify(statsAsData(known), null, 2)] : statsInWords(known));
  return exit.fine;
}

interface Known {
  readonly misconceptions: Codex['misconceptions'];
  readonly levels: readonly { readonly id: string; readonly title: string; readonly chapter: number }[];
  readonly progress: Progress;
  readonly mastery: readonly Decision[];
  readonly beliefs: readonly Belief[];
  readonly plan: DrillPlan;
}

function statsAsData({ levels, progress, mastery, beliefs, plan }: Known) {
  return {
    levels: levels.map(({ id, chapter }) => ({
      id,
      chapter,
      attempts: progress.levels[id]?.attempts ?? 0,
      finished: progress.levels[id]?.best !== undefined,
      stars: progress.levels[id]?.best?.stars ?? 0,
      points: progress.levels[id]?.best?.points ?? null,
    })),
    decisions: { answered: mastery.length, rightAtFirstTry: mastery.filter(rightAtFirst).length },
    misconceptions: beliefs.map(({ misconception, times, first, last, refuted, again, lastAgain, at }) => ({
      id: misconception,
      met: times,
      firstMet: first,
      lastMet: last,
      stands: refuted === undefined,
      refuted: refuted ?? null,
      metAgain: again,
      lastMetAgain: lastAgain ?? null,
      decisions: at,
    })),
    drill: {
      due: plan.due.map(({ level, step, missed }) => ({ level: level.id, step: step.id, missed })),
      learned: plan.learned,
      next: plan.next instanceof Date ? plan.next.toISOString() : (plan.next ?? null),
    },
  };
}

function statsInWords({ levels, misconceptions, progress, mastery, beliefs, plan }: Known): string[] {
  const finished = levels.filter(({ id }) => progress.levels[id]?.best);
  const stars = finished.reduce((sum, { id }) => sum + (progress.levels[id]?.best?.stars ?? 0), 0);
  const standing = beliefs.filter(({ refuted }) => refuted === undefined);
  return [
    `Levels: ${finished.length} of ${levels.length} finished, ${stars} of ${levels.length * 3} stars.`,
    ...chaptersInWords(levels, progress),
    `Decisions: ${mastery.length} answered, ${mastery.filter(rightAtFirst).length} of them right at the first try.`,
    ...drillInWords(plan),
    '',
    beliefs.length
      ? `Beliefs met: ${beliefs.length}. Refuted since: ${beliefs.length - standing.length}. Still standing: ${standing.length}.`
      : 'No wrong answer yet, so no belief was met.',
    ...[...standing, ...beliefs.filter((belief) => !standing.includes(belief))].flatMap((belief) =>
      beliefLines(belief, misconceptions),
    ),
  ];
}

function chaptersInWords(levels: Known['levels'], progress: Progress): string[] {
  const chapters = [...new Set(levels.map(({ chapter }) => chapter))];
  return chapters.flatMap((chapter) => {
    const here = levels.filter((level) => level.chapter === chapter);
    const finished = here.filter(({ id }) => progress.levels[id]?.best).length;
    return finished ? wrap(`${chapterTitle(chapter)}: ${finished} of ${here.length}`, '  ') : [];
  });
}

function drillInWords(plan: DrillPlan): string[] {
  const due = plan.due.length
    ? `${dueInWords(plan.due)} Begin with: https-quest drill`
    : plan.practice.length
      ? `Nothing is due. ${nextInWords(plan.next)}`
      : 'Nothing yet. It asks again what you have answered in levels.';
  return wrap(plan.learned ? `${due} Learned for good: ${plan.learned}.` : due, 'Drill: ');
}

function beliefLines(belief: Belief, misconceptions: Codex['misconceptions']): string[] {
  const { misconception, times, first, last, refuted, again, at } = belief;
  const where = [...new Set(at.map(({ level }) => level))].join(', ');
  const met =
    times === 1 ? `Met once, on ${onDay(first)}` : `Met ${times} times, from ${onDay(first)} to ${onDay(last)}`;
  const came = again ? `; came back ${again === 1 ? 'once' : `${again} times`}` : '';
  const now = refuted === undefined ? 'still stands' : `refuted on ${onDay(refuted)}`;
  const known = misconceptions.get(misconception);
  return [
    ...wrap(printable(beliefInWords(misconception, misconceptions))),
    ...wrap(`${met}${came}; ${now}. In ${printable(where)}.`, '  '),
    ...(known && refuted === undefined ? wrap(printable(known.truth), '  In truth: ') : []),
  ];
}

// ---- forgetting -------------------------------------------------------------------------------------------------

/** Forgets a level or all, once the player says so. A copy of the log of before stays beside it. */
export async function reset(call: Call): Promise<number> {
  const { given, settings, folder, output } = call;
  const [id] = given;
  const found = levelsFor(call);
  if (typeof found === 'number') return found;
  const log = opened(call);
  const known = [...new Set([...found.levels.map(({ level }) => level.id), ...Object.keys(log.progress.levels)])];
  if (id !== undefined && !known.includes(id))
    return call.slip(`There is no level "${quoted(id)}".${didYouMean(id, known)}`);
  const had = inForce(log.history());
  const kept = inForce([...had, resetOf(id, new Date())]);
  const what = id === undefined ? 'everything you did in all levels' : `everything you did in the level ${id}`;
  if (had.length === kept.length) {
    output.say([`There is nothing to forget${id === undefined ? '' : ` of the level ${id}`}.`]);
    return exit.fine;
  }
  if (!settings.yes) {
    if (!process.stdin.isTTY)
      return call.slip(`Nothing was forgotten: without a terminal to ask on, "reset" needs --yes.`);
    output.say(wrap(`This forgets ${what}. A copy of before is kept. Type yes to do it:`));
    if (!(await saysYes())) {
      output.say(['Nothing was forgotten.']);
      return exit.unmet;
    }
  }
  const now = new Date();
  const aside = copyAside(folder, now);
  if ('refused' in aside) return call.slip(`Nothing was forgotten, since the copy ${printable(aside.refused)}.`);
  if (!log.add([resetOf(id, now)])) {
    output.complain(wrap(printable(log.notices.at(-1) ?? '')));
    return exit.unmet;
  }
  output.say([
    ...wrap(`Forgotten: ${what}.`),
    'To have it back:',
    `  https-quest import-progress ${quoted(aside.copy, 400)}`,
  ]);
  return exit.fine;
}

const resetOf = (level: string | undefined, now: Date): LogEvent =>
  dated({ type: 'reset', ...(level === undefined ? {} : { level }) }, now);

async function saysYes(): Promise<boolean> {
  const lines = linesOf(process.stdin);
  const line = await lines.next();
  lines.close();
  return line?.trim().toLowerCase() === 'yes';
}

// ---- from machine to machine ------------------------------------------------------------------------------------

export function exportProgress(call: Call): number {
  const [file = ''] = call.given;
  const log = opened(call);
  const done = writeLog(file, log.history());
  if ('refused' in done) return call.slip(`"${quoted(file)}" ${printable(done.refused)}.`);
  call.output.say([`Written: ${quoted(file)}`, 'On the other machine: https-quest import-progress with that file.']);
  return exit.fine;
}

export function importProgress(call: Call): number {
  const [file = ''] = call.given;
  const log = opened(call);
  const before = log.progress;
  const done = importLog(file, call.folder, log);
  if ('refused' in done) return call.slip(`Nothing was added: "${quoted(file)}" ${printable(done.refused)}.`);
  call.output.say(
    done.added.length ? addedInWords(done.added, before, log.progress) : ['Nothing in it is missing here.'],
  );
  return exit.fine;
}

function addedInWords(added: readonly LogEvent[], before: Progress, after: Progress): string[] {
  const attempts = added.filter(({ type }) => type === 'started').length;
  const drilled = added.filter(({ type }) => type === 'drilled').length;
  const better = Object.entries(after.levels).filter(([id, { best }]) => best && best !== before.levels[id]?.best);
  const count = (number: number, one: string, more: string) => (number === 1 ? `1 ${one}` : `${number} ${more}`);
  return wrap(
    `Added: ${count(attempts, 'attempt', 'attempts')} at levels, ${count(drilled, 'answer', 'answers')} of drills. ` +
      `${count(better.length, 'level has', 'levels have')} a new best result.`,
  );
}
