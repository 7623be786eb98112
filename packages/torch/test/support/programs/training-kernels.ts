/** Prints the errors of the training kernels against the library, with the instruction set that the environment allows. */
import { worstErrors } from "../training-cases.ts";

console.log(JSON.stringify(worstErrors()));
