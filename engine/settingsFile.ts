import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { project, stateFolder } from "./backend.ts";
import { paths, root } from "./paths.ts";

/** The folder of this clone's copies, and a project file for Pulumi to make stacks from. */
const copies = join(paths.own, "settings");

const nameOf = (stack: string): string => `Pulumi.${stack}.yaml`;

/** Whoever keeps secrets in the committed file, or the state elsewhere, shares the key that the file names. */
const sharesKey = (text: string): boolean =>
  /^(encryptionsalt|secretsprovider|encryptedkey):/m.test(text) || /\bsecure:/.test(text);

/**
 * The settings file that the engine reads for a stack. Pulumi notes there which passphrase it encrypts with; as long
 * as that is this clone's own, the note goes into a copy under `.rung/`, and the committed file is left as it is.
 * @param config settings for this run, over those of the file, e.g. `{"rung:size": "large"}`
 * @returns the file, and the settings that are still to be passed beside it
 */
export async function engineSettings(
  stack: string,
  config: Readonly<Record<string, string>> = {},
): Promise<{ readonly configFile: string; readonly config: Readonly<Record<string, string>> }> {
  const committed = join(root, nameOf(stack));
  const text = await readFile(committed, "utf8").catch(absent);
  if (!stateIsOwn() || sharesKey(text)) return { configFile: committed, config };
  const copy = join(copies, nameOf(stack));
  const salt = parseDocument(await readFile(copy, "utf8").catch(absent)).get("encryptionsalt");
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(config)) document.setIn(["config", key], value);
  if (salt !== undefined) document.set("encryptionsalt", salt);
  await mkdir(copies, { recursive: true, mode: 0o700 });
  await writeFile(copy, document.toString());
  return { configFile: copy, config: {} };
}

/**
 * Where `pulumi stack init` is to run, since it knows no `--config-file`: beside the file that it writes its note to.
 * @returns a folder with a project file
 */
export async function folderForInit(stack: string): Promise<string> {
  const { configFile } = await engineSettings(stack);
  if (!configFile.startsWith(copies)) return root;
  await writeFile(join(copies, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  return copies;
}

/** The note about a stack's key goes with the stack. */
export const forgetSettings = (stack: string): Promise<void> =>
  rm(join(copies, nameOf(stack)), { force: true });

const stateIsOwn = (): boolean => stateFolder()?.startsWith(paths.state) ?? false;

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "";
  throw error;
}
