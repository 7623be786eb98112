/** The frame of every page: one self-contained HTML text, which forbids scripts and other files to itself. */
import { type Markup, markup, raw } from "./markup.ts";
import { pageStyle } from "./style.ts";

export interface Document {
  /** Of the window: the page's title and what kind of page it is. */
  readonly title: string;
  /** Rules beside those of all pages. */
  readonly style?: string;
  /** Whether the page holds pictures, in its own text. @default false */
  readonly images?: boolean;
  /** Seconds after which the page is to be loaded anew; absent: never. */
  readonly reloadSeconds?: number;
  readonly main: Markup;
}

export const documentText = ({ title, style = "", images = false, reloadSeconds, main }: Document): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${images && "; img-src data:"}">
${reloadSeconds !== undefined && markup`<meta http-equiv="refresh" content="${reloadSeconds}">`}
<title>${title}</title>
<style>${raw(pageStyle + style)}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`.text;
