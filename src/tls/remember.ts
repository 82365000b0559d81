// Pure results that are asked for again and again: every run of a seed needs the same certificates.

/** Remembers the newest `most` results by key. What is computed must depend on the key alone. */
export function remember<T>(most: number): (key: string, compute: () => T) => T {
  const known = new Map<string, T>();
  return (key, compute) => {
    if (known.has(key)) return known.get(key) as T;
    const value = compute();
    known.set(key, value);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    return value;
  };
}
