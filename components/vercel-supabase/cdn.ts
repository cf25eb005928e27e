import { none } from "../model/none.ts";

/** The bundle says what Vercel's CDN may keep: hashed files for ever, answers as the app's Cache-Control says. */
export const cdn = none("cdn", "Vercel's CDN stands before every deployment and has no settings of its own");
