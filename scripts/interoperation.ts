// docs/interoperation.md: with whom the engine was seen to work, from the table that the tests run.
import { columnNames, columns, rows } from '../test/tls/interop/table.ts';

/** The text of docs/interoperation.md. */
export function interoperationDocument(): string {
  const reasons = [...new Set(rows.flatMap(({ empty }) => Object.values(empty)))];
  const parts = [...new Set(rows.map(({ part }) => part))];
  const cells = rows.length * columnNames.length;
  const tested = rows.flatMap(({ empty }) => columnNames.filter((column) => !empty[column])).length;
  return [
    '# Interoperation',
    '',
    'With whom the engine speaks, from either end. Every `yes` is a test: a whole exchange of HTTP, or a refusal with the alert',
    'that is due; both ends write down the same secrets. A number says why there is no test. The table is',
    `\`test/tls/interop/table.ts\`; this file is made of it by \`node scripts/interoperation.mjs\`. Of ${cells} cells ${tested} are tested.`,
    ...parts.flatMap((part) => [
      '',
      `## ${part}`,
      '',
      `| | ${columnNames.map((name) => `${columns[name].side} with ${columns[name].peer}`).join(' | ')} |`,
      `|---|${columnNames.map(() => '---|').join('')}`,
      ...rows
        .filter((row) => row.part === part)
        .map(({ feature, empty }) => {
          const marks = columnNames.map((name) => (empty[name] ? String(reasons.indexOf(empty[name]) + 1) : 'yes'));
          return `| ${[feature, ...marks].join(' | ')} |`;
        }),
    ]),
    '',
    '## Why cells are empty',
    '',
    ...reasons.map((reason, index) => `${index + 1}. ${reason}`),
    '',
  ].join('\n');
}
