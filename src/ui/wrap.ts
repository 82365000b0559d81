// Words in lines of at most so many columns, for what is read and not parsed.

/**
 * Lines of `text`, each at most `columns` wide where its words allow it. The first begins with `first` (a number, a
 * bullet), the others with as many spaces.
 */
export function wrap(text: string, first = '', columns = 80): string[] {
  const indent = ' '.repeat([...first].length);
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    const longer = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && [...longer].length + indent.length > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line ?? ''].map((one, index) => ((index === 0 ? first : indent) + one).trimEnd());
}
