// The looks of the report: light and dark, wide and narrow, and on paper. Colours with a contrast of 4.5 and more.
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2430; --soft: #57627a; --line: #c9d0dc; --wash: #f2f5fa;
  --client: #1d4fc4; --attacker: #ad3a0a; --server: #00694b; --key: #7338ad; --gold: #7d5800;
  --f0: #1d4fc4; --f1: #7d5800; --f2: #00694b; --f3: #7338ad; --f4: #ad3a0a; }
@media (prefers-color-scheme: dark) { :root { --paper: #11151c; --ink: #e6ebf3; --soft: #98a3b8; --line: #38415180; --wash: #1a202b;
  --client: #7aa8ff; --attacker: #ff9159; --server: #43d3a2; --key: #cfa3f7; --gold: #f2cc60;
  --f0: #7aa8ff; --f1: #f2cc60; --f2: #43d3a2; --f3: #cfa3f7; --f4: #ff9159; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; } h2 { margin: 2.5rem 0 .5rem; } h3 { margin: 0; font-size: 1.1rem; }
h4 { margin: 1rem 0 .3rem; font-size: .95rem; color: var(--soft); }
a { color: inherit; } a[rel] { white-space: nowrap; } p { margin: .3rem 0; } .soft { color: var(--soft); }
code, pre, .hex { font: .8rem/1.5 ui-monospace, 'DejaVu Sans Mono', Consolas, monospace; }
article { border-left: .3rem solid var(--line); padding: .2rem 0 .2rem .9rem; margin: 1.4rem 0; }
article.client { border-color: var(--client); } article.attacker { border-color: var(--attacker); } article.server { border-color: var(--server); }
article.client h3 { color: var(--client); } article.attacker h3 { color: var(--attacker); } article.server h3 { color: var(--server); }
.layer { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1.5rem; align-items: start; }
nav ol { columns: 18rem; } .hex { position: sticky; top: .5rem; }
pre { margin: 0; padding: .6rem; background: var(--wash); overflow-x: auto; max-width: 100%; }
ul { margin: .2rem 0; padding-left: 1.1rem; } ul.fields { list-style: none; padding-left: 0; } ul.fields ul { list-style: none; border-left: 1px solid var(--line); }
li { margin: .25rem 0; } .name { font-weight: 600; margin-right: .6rem; } li > .soft { margin-right: .6rem; } .f0 { color: var(--f0); } .f1 { color: var(--f1); } .f2 { color: var(--f2); } .f3 { color: var(--f3); } .f4 { color: var(--f4); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
.right { color: var(--server); } .wrong { color: var(--attacker); } .forged { color: var(--attacker); } .sealed { color: var(--gold); }
@media (max-width: 44rem) { .hex { position: static; } .layer { grid-template-columns: minmax(0, 1fr); } th, td { display: block; border: 0; padding: 0; } tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); } thead { display: none; } }
@media print { details { display: block; } }
`;
