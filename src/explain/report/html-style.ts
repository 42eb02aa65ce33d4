/** Of the report as a page. Light and dark, wide and narrow. */
export const htmlStyle = `
.explained { --ink: #1d2129; --soft: #5c6472; --line: #d9dde4; --paper: #fff; --shade: #f5f6f8; --error: #b3261e; --warning: #8a5a00; --note: #1f5fa8; --works: #1b6e3c; color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { .explained { --ink: #e4e7ec; --soft: #9aa3b2; --line: #343a46; --paper: #15181e; --shade: #1e222a; --error: #ff8a80; --warning: #f0b95a; --note: #8ab8f5; --works: #7fd39d; } }
.explained h1, .explained h2, .explained h3 { line-height: 1.25; margin: 0; border: 0; padding: 0; letter-spacing: normal; }
.explained h2 { font-size: 20px; }
.explained h3 { font-size: 16px; }
.explained p, .explained ul, .explained ol { margin: 6px 0; }
.explained .about { color: var(--soft); margin-bottom: 10px; }
.explained .ladder { display: flex; flex-wrap: wrap; gap: 6px; list-style: none; padding: 0; margin: 10px 0; }
.explained .ladder li { border: 1px solid var(--line); border-radius: 4px; padding: 1px 9px; margin: 0; color: var(--soft); }
.explained .ladder .works { color: var(--works); border-color: currentColor; }
.explained .ladder .fails { color: var(--error); border-color: currentColor; font-weight: 600; }
.explained .toc { padding-left: 22px; }
.explained .toc a { color: inherit; }
.explained .log { border-top: 1px solid var(--line); margin-top: 14px; padding: 8px 28rem 0 0; }
.explained .log::after { content: ''; display: block; clear: both; }
.explained .row, .explained summary { font: 13px/1.6 ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.explained .row { display: grid; grid-template-columns: 4.2em 1.4em minmax(0, 1fr); white-space: pre-wrap; overflow-wrap: anywhere; }
.explained .row > :first-child { color: var(--soft); text-align: right; padding-right: .8em; user-select: none; }
.explained .row > :nth-child(2) { color: var(--soft); user-select: none; }
.explained .row.host > :last-child { font-weight: 600; }
.explained .row.print { color: var(--soft); }
.explained .row.told { background: var(--shade); box-shadow: inset 3px 0 0 var(--error); }
.explained .row.told a { color: var(--error); font: 600 12px/1 system-ui, sans-serif; text-decoration: none; margin-left: .6em; }
.explained details summary { color: var(--soft); cursor: pointer; padding: 3px 0 3px 1em; }
.explained .finding { float: right; clear: right; box-sizing: border-box; width: 26.5rem; margin: -1.5em -28rem 34px 0; overflow-wrap: anywhere; border: 1px solid var(--line); border-left: 4px solid var(--note); border-radius: 4px; padding: 10px 14px; background: var(--paper); }
.explained .finding.error { border-left-color: var(--error); }
.explained .finding.warning { border-left-color: var(--warning); }
.explained .finding .kind { color: var(--soft); font-size: 13px; }
.explained .finding .kind b { color: var(--note); }
.explained .finding.error .kind b { color: var(--error); }
.explained .finding.warning .kind b { color: var(--warning); }
.explained .finding h4 { font-size: 13px; margin: 8px 0 0; color: var(--soft); font-weight: 600; }
.explained .finding ul { padding-left: 20px; }
.explained .finding li { margin: 2px 0; }
.explained .finding code { font: 13px/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; background: var(--shade); color: inherit; padding: 0 4px; border-radius: 3px; overflow-wrap: anywhere; }
.explained .sources { color: var(--soft); font-size: 13px; }
@media (max-width: 900px) { .explained .log { padding-right: 0; } .explained .finding { float: none; width: auto; margin: 8px 0; } .explained .row { grid-template-columns: 3em 1.2em minmax(0, 1fr); } }
`
