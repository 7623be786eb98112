/** The style of the report page: one sheet, for light and dark, screen and paper, without anything from outside. */
import { candidatesStyle } from "./candidates-style.ts";
import { cellDrawingStyle } from "./cell-drawing.ts";
import { heatmapStyle } from "./heatmap.ts";
import { familyColours } from "./operation-family.ts";
import { trainingStyle } from "./training-style.ts";

export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f27;--muted:#5d6574;--ground:#ffffff;--panel:#f6f7f9;--rule:#dde1e8;--accent:#0b5cad;--dot:#9aa5b5;--warn:#8a4b00;--warn-ground:#fff4e0;--good:#0a5c49;--good-ground:#e0f4ee;--bad:#9b1c31;--bad-ground:#fdeaee}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--muted:#9aa3b2;--ground:#15181d;--panel:#1c2027;--rule:#323945;--accent:#6fb4f8;--dot:#6d7889;--warn:#f8d3a3;--warn-ground:#38240d;--good:#a2e6d2;--good-ground:#0e2e27;--bad:#ffb8c4;--bad-ground:#3d1520}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
main{max-width:1080px;margin:0 auto;padding:40px 24px 72px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.015em;margin:0 0 6px;font-weight:650;overflow-wrap:anywhere}
h2{font-size:20px;letter-spacing:-.01em;margin:52px 0 14px;padding-top:14px;border-top:1px solid var(--rule);font-weight:650}
h3{font-size:15px;margin:22px 0 8px;font-weight:600}
p{margin:0 0 12px;max-width:72ch}
a{color:var(--accent)}
.kicker{color:var(--muted);font-size:13px;letter-spacing:.08em;text-transform:uppercase;margin:0 0 8px}
.meta{color:var(--muted);margin:0;max-width:none}
h1 .state{vertical-align:5px;margin-left:6px;letter-spacing:0}
.quiet{color:var(--muted);font-size:14px}
.state{display:inline-block;border-radius:99px;padding:1px 11px;font-size:14px;font-weight:600;background:var(--panel);color:var(--muted)}
.state.finished{background:var(--good-ground);color:var(--good)}
.state.interrupted,.state.running{background:var(--warn-ground);color:var(--warn)}
.state.failed{background:var(--bad-ground);color:var(--bad)}
.notice{border-left:4px solid currentColor;padding:10px 16px;margin:22px 0 0;border-radius:0 6px 6px 0;background:var(--warn-ground);color:var(--warn);max-width:none;overflow-wrap:anywhere}
.notice.failed{background:var(--bad-ground);color:var(--bad)}
pre,code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:13.5px}
pre{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:12px 16px;margin:0 0 14px;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
td code{font-size:12.5px;overflow-wrap:anywhere;user-select:all}
.facts{display:flex;flex-wrap:wrap;gap:12px;margin:0 0 16px}
.facts div{background:var(--panel);border:1px solid var(--rule);border-radius:8px;padding:9px 16px;min-width:118px}
.facts dt{color:var(--muted);font-size:13px}
.facts dd{margin:0;font-size:19px;font-weight:600;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;font-size:14.5px;font-variant-numeric:tabular-nums;max-width:100%}
th{text-align:left;font-weight:600;color:var(--muted);font-size:13px}
th,td{padding:6px 18px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}
tbody th{color:var(--ink);font-weight:500;font-size:14px}
td.grow{width:100%}
td.grow code{display:inline-block;min-width:min(34ch,60vw)}
td.number,th.number{text-align:right;white-space:nowrap}
tr.answer td{background:color-mix(in srgb,var(--accent) 9%,transparent)}
tr.answer td:first-child{box-shadow:inset 3px 0 var(--accent)}
tr td:first-child,tr th:first-child{padding-left:12px}
figure{margin:0 0 22px}
figcaption{color:var(--muted);font-size:14px;margin:0 0 6px}
.wide{overflow-x:auto;padding-bottom:4px}
.wide svg{display:block}
.cell svg{max-width:100%;height:auto;min-width:min(100%,620px)}
.maps{display:flex;flex-wrap:wrap;gap:8px 44px}
.maps figure{min-width:0;max-width:100%}
details{border:1px solid var(--rule);border-radius:8px;margin:0 0 10px}
details>summary{cursor:pointer;padding:9px 16px;font-weight:600}
details>summary .quiet{font-weight:400;margin-left:8px}
details[open]>summary{border-bottom:1px solid var(--rule)}
details>.inside{padding:14px 16px 4px}
details details{margin-bottom:14px}
.key{display:inline-block;width:92px;height:12px;border-radius:3px;vertical-align:-1px;background:linear-gradient(90deg,color-mix(in srgb,var(--heat-key) 7%,transparent),var(--heat-key));--heat-key:#084a8f}
@media (prefers-color-scheme:dark){.key{--heat-key:#4a9bee}}
.framed{display:inline-block;width:16px;height:12px;border:2px solid currentColor;vertical-align:-1px}
footer{margin-top:56px;padding-top:14px;border-top:1px solid var(--rule);color:var(--muted);font-size:14px}
@media print{main{max-width:none;padding:0}figure,table,pre{break-inside:avoid}}
${cellDrawingStyle}
${heatmapStyle}
${familyColours}
${trainingStyle}
${candidatesStyle}`;
