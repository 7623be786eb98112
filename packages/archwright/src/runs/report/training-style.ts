/** The style of curves, panels and the cells over time. */
export const trainingStyle = `
:root{--line-1:#0b5cad;--line-2:#b45f06;--line-3:#0a7a5f}
@media (prefers-color-scheme:dark){:root{--line-1:#6fb4f8;--line-2:#f0a04b;--line-3:#4fd0ac}}
h4{font-size:14px;margin:18px 0 8px;font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:18px 20px;margin:18px 0 6px}
.chart,.panel{margin:0;min-width:0}
.chart{display:flex;flex-direction:column;justify-content:space-between}
.chart figcaption{color:var(--ink)}
.chart>svg,.panel>svg{display:block;max-width:100%;height:auto;overflow:visible}
.line-keys{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;color:var(--muted);max-width:none}
.line-key{white-space:nowrap}
.line-key b{color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:12px 14px}
.panel figcaption{font-size:13px;margin:0 0 2px;color:var(--ink)}
.history{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr));gap:4px 28px}
.history.full{grid-template-columns:minmax(0,1fr)}
.history .moment{min-width:0}
.history h4 .quiet{font-weight:400}
.history .cell{margin:0 0 10px}
.history .cell svg{min-width:min(100%,420px)}
@media print{.chart,.panel,.moment{break-inside:avoid}}`;
