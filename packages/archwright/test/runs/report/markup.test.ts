/** Escaping: whatever text goes in is the text that a browser shows. */
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { expect, test } from "vitest";
import { markup, raw } from "../../../src/runs/report/markup.ts";

const { DOMParser } = new JSDOM("").window;

/** One character XML allows, often one with a meaning in markup; not a carriage return, which HTML makes a line feed. */
const character = fc.oneof(
  fc.constantFrom("<", ">", "&", '"', "'", "\n", "\u{1f600}"),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters XML 1.0 does not allow.
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }).filter((c) => !/[\u0000-\u001f\ufffe\uffff]/.test(c)),
);
const text = fc.string({ unit: character });

test("element content and attributes come back as they were, from HTML and from XML", () => {
  fc.assert(
    fc.property(text, (value) => {
      const html = new DOMParser().parseFromString(
        markup`<!doctype html><body><b title="${value}">${value}</b>`.text,
        "text/html",
      );
      expect(html.querySelector("b")?.textContent).toBe(value);
      expect(html.querySelector("b")?.getAttribute("title")).toBe(value);
      const xml = new DOMParser().parseFromString(markup`<b>${value}</b>`.text, "application/xml");
      expect(xml.documentElement.textContent).toBe(value);
    }),
  );
});

test("characters XML does not allow and lone surrogates become replacement characters", () => {
  expect(markup`${"a\u0000b\u001bc\ud800d"}`.text).toBe("a\ufffdb\ufffdc\ufffdd");
});

test("markup, lists, numbers and nothing", () => {
  expect(markup`<p>${raw("<br>")}${["<", markup`<i>${1}</i>`]}${undefined}${false}${0}</p>`.text).toBe(
    "<p><br>&lt;<i>1</i>0</p>",
  );
});
