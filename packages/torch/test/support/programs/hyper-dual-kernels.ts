/** Prints the errors of the hyper-dual kernels, with the instruction set that the environment allows. */
import { worstErrors } from "../hyper-dual-cases.ts";

console.log(JSON.stringify(worstErrors()));
