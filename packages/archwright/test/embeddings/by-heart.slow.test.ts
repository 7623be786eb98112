/** The other spaces' graphs learnt by heart: seconds each (svge §9.8). */
import { it } from "vitest";
import { checkLearntByHeart } from "./by-heart.ts";

it.each(["nasbench101", "enas-macro6"])("16 graphs of %s learnt by heart come out as they went in", (space) =>
  checkLearntByHeart(space, 200),
);
