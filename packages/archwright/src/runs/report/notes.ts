/** What a run was noted to have on the way, on its page. */

import type { Note } from "../../notes.ts";
import { DISCONNECTED } from "../answer-notes.ts";
import { type Markup, markup } from "./markup.ts";

/** All that a note is about unfolds, where its message names only some. */
export const notesList = (notes: readonly Note[] = []): Markup[] => notes.map(noteText);

function noteText({ kind, message, items = [] }: Note): Markup {
  if (kind === DISCONNECTED)
    return markup`<p class="notice failed" role="status"><strong>No success:</strong> ${message}.</p>`;
  if (items.length <= 3) return markup`<p class="meta">Note: ${message}</p>`;
  return markup`<details class="meta"><summary>Note: ${message}</summary><ul>${items.map((item) => markup`<li>${item}</li>`)}</ul></details>`;
}
