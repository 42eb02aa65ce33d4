/** The style of the HTML page; dark where the reader's system is. */
export const style = `
:root { color-scheme: light dark; --bg: #fbfbfa; --card: #fff; --text: #1c2024; --dim: #60646c; --line: #e1e3e6;
  --passed: #1a7f4b; --failed: #c62f3b; --skipped: #8d96a0; --mark: #fdecec; }
@media (prefers-color-scheme: dark) { :root { --bg: #131517; --card: #1b1e21; --text: #eceef0; --dim: #9ba1a8;
  --line: #2e3338; --passed: #4cc38a; --failed: #ff6b73; --skipped: #7b848d; --mark: #3a1d20; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
.about { margin: .25rem 0 1.25rem; color: var(--dim); }
.numbers { display: flex; gap: 2rem; margin: 0 0 .75rem; font-variant-numeric: tabular-nums; }
.numbers b { font-size: 1.6rem; margin-right: .35rem; }
.passed b, td.passed { color: var(--passed); } .failed b, td.failed { color: var(--failed); }
.skipped b, td.skipped { color: var(--skipped); }
.bar { display: flex; height: .5rem; border-radius: .25rem; overflow: hidden; background: var(--line); }
.bar i { display: block; } .bar .p { background: var(--passed); } .bar .f { background: var(--failed); }
.bar .s { background: var(--skipped); }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); }
th, td { padding: .4rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--dim); font-weight: 600; font-size: .85rem; } tr:last-child > td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .bar { min-width: 7rem; margin-top: .45rem; }
a { color: inherit; } .dim { color: var(--dim); } .nowrap { white-space: nowrap; }
code, pre, .diff { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
article { background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--failed);
  padding: .9rem 1rem; margin: 0 0 1rem; }
article h3 { margin: 0 0 .25rem; font-size: 1rem; } article p { margin: .25rem 0; }
.diff { margin-top: .6rem; table-layout: fixed; } .diff td { overflow-wrap: anywhere; white-space: pre-wrap; }
.diff .differs { background: var(--mark); } .diff .behind { color: var(--dim); }
.grade { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; color: var(--dim); }
.scroll { overflow-x: auto; }
`
