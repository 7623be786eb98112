/** The style of the plots of candidates. */
export const candidatesStyle = `
.fronts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr));gap:6px 28px}
.fronts figure{min-width:0}
.fronts svg{max-width:100%;height:auto}`;
