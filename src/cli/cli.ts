// The entry: an old Node gets one sentence before anything is imported. The rest is loaded when it is needed.
const wanted = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < (wanted[0] ?? 0) || (major === wanted[0] && minor < (wanted[1] ?? 0))) {
  process.stderr.write(
    `HTTPS Quest needs Node.js ${wanted.join('.')} or newer; this is ${process.versions.node}. Install a newer one and start again.\n`,
  );
  process.exitCode = 2;
} else {
  import('./main.ts')
    .then(({ main }) => main(process.argv.slice(2)))
    .then((code) => {
      process.exitCode = code;
    });
}
