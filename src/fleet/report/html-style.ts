/** Of the report as a page. Light and dark, wide and narrow, and on paper. */
export const fleetStyle = `
:root { color-scheme: light dark; --ink: #1d2129; --soft: #565e6c; --line: #d9dde4; --paper: #fff; --shade: #f5f6f8; --bad: #b3261e; --good: #1b6e3c; --warn: #8a5a00; --line-0: #1f5fa8; --line-1: #b3541e; --line-2: #1b6e3c; --line-3: #7a3fa0; --line-4: #565e6c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7ec; --soft: #9aa3b2; --line: #343a46; --paper: #15181e; --shade: #1e222a; --bad: #ff8a80; --good: #7fd39d; --warn: #f0b95a; --line-0: #8ab8f5; --line-1: #f0a06a; --line-2: #7fd39d; --line-3: #cfa0ee; --line-4: #9aa3b2; } }
body { margin: 0; color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 20px 22px 60px; box-sizing: border-box; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 1.25; margin: 34px 0 8px; }
p { margin: 6px 0; max-width: 78ch; }
.about, figcaption, .soft { color: var(--soft); }
.verdict { font-weight: 600; margin: 14px 0 8px; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.notes { border-left: 4px solid var(--warn); background: var(--shade); margin: 12px 0; padding: 8px 14px 8px 30px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 16px 0; padding: 0; }
.tiles > div { border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
.tiles dt { color: var(--soft); font-size: 13px; } .tiles dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; } .tiles dd small { display: block; font-size: 13px; color: var(--soft); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 500px), 1fr)); gap: 22px; }
figure { margin: 12px 0 0; min-width: 0; } figcaption { margin-bottom: 4px; } figcaption b { color: var(--ink); display: block; }
.canvas { min-height: 240px; overflow: hidden; }
.u-legend { color: var(--ink); font: 13px/1.4 system-ui, sans-serif; text-align: left; } .u-legend .u-value { font-variant-numeric: tabular-nums; } .u-legend th { font-weight: 400; }
.scroll { overflow-x: auto; }
table.figures { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
.figures th, .figures td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.figures thead th { color: var(--soft); font-weight: 500; font-size: 13px; white-space: nowrap; }
.figures tbody th { font-weight: 500; }
.figures .n { text-align: right; white-space: nowrap; }
li { margin: 3px 0; max-width: 78ch; }
@media (max-width: 600px) { main { padding: 14px 14px 40px; } h1 { font-size: 20px; } .tiles { grid-template-columns: 1fr 1fr; } .figures th, .figures td { padding-right: 10px; } }
@media print { .plots { display: block; } figure { break-inside: avoid; } }
`
