/** The validation scores of the proposals as a dot plot. */
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { fromScore } from "../../statistics/score.ts";
import { type Markup, raw } from "./markup.ts";
import type { Candidate } from "./proposals.ts";

/**
 * A row for each validated candidate, its score along x; the answer stands out. The axis does not start at zero:
 * the scores are log-determinants or the like, of which only the order and the distances mean anything.
 * Nothing for fewer than two finite scores.
 */
export function validationPlot(candidates: readonly Candidate[]): Markup | undefined {
  const dots = candidates.flatMap(({ proposals, validation, isAnswer }) => {
    const score = validation === undefined ? Number.NaN : fromScore(validation.score);
    return Number.isFinite(score) ? [{ proposal: `proposal ${proposals[0]}`, score, isAnswer }] : [];
  });
  if (dots.length < 2) return undefined;
  const { document } = new JSDOM("").window;
  const order = dots.map((dot) => dot.proposal);
  const svg = Plot.plot({
    document,
    width: 720,
    height: 66 + 22 * dots.length,
    marginTop: 10,
    marginBottom: 44,
    marginLeft: 88,
    marginRight: 24,
    style: { background: "transparent", fontSize: "12px" },
    ariaLabel: "Validation scores of the proposals",
    x: { label: "validation score", labelOffset: 38, grid: true, nice: true, ticks: 6 },
    y: { label: null, domain: order, tickSize: 0 },
    marks: [
      Plot.ruleY(order, { stroke: "currentColor", strokeOpacity: 0.12 }),
      Plot.dot(dots, {
        x: "score",
        y: "proposal",
        r: (dot: (typeof dots)[number]) => (dot.isAnswer ? 6.5 : 5),
        fill: (dot: (typeof dots)[number]) => (dot.isAnswer ? "var(--accent)" : "var(--dot)"),
        title: (dot: (typeof dots)[number]) => `${dot.proposal}: ${dot.score}`,
      }),
    ],
    r: { type: "identity" },
    color: { type: "identity" },
  });
  svg.setAttribute("role", "img");
  return raw(svg.outerHTML);
}
