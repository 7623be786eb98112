/** HTML and SVG text in which everything that is put in is escaped, unless it is markup already. */

/** Text that is markup: made by {@link markup}, or by {@link raw} from text known to be markup. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Content = string | number | Markup | undefined | false | readonly Content[];

/** ``markup`<p>${text}</p>` ``: strings are escaped, markup and lists are put in, `undefined` and `false` are nothing. */
export function markup(parts: TemplateStringsArray, ...contents: Content[]): Markup {
  let text = parts[0] as string;
  for (const [i, content] of contents.entries()) text += render(content) + (parts[i + 1] as string);
  return new Markup(text);
}

export const raw = (text: string): Markup => new Markup(text);

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(render).join("");
  return escapeText(String(content));
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for the content of an element or a quoted attribute, in HTML and in XML, which allows fewer characters. */
export function escapeText(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 does not allow.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"']/g, (character) => entities[character] as string)
  );
}
