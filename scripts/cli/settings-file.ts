import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Gives a setting a new value in the first of `files` that has one, and leaves the rest of that file as it is. `value`
 * is written as given, so it brings its quotes. Replaces the file in one step, with mode 0600. Returns its name.
 * Returns null, and writes nothing, if no file has a value, or if the file is written in a way that a rewrite
 * would break.
 */
export function put(files: readonly string[], name: string, value: string): string | null {
  const file = files.find((one) => existsSync(one) && parseEnv(readFileSync(one, 'utf8'))[name]?.trim());
  if (file === undefined) return null;
  const text = rewritten(readFileSync(file, 'utf8'), name, value);
  if (text === null) return null;
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
  return file;
}

/**
 * Changes a setting in a text; of several lines with that name the last, since that one counts. Returns null if there is
 * none, or if the change would alter any other setting.
 */
function rewritten(text: string, name: string, value: string): string | null {
  const setting = new RegExp(
    `^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*(?:'[^']*'|"[^"]*"|\`[^\`]*\`)?.*$`,
    'gm',
  );
  const last = [...text.matchAll(setting)].at(-1);
  if (!last) return null;
  const made = `${text.slice(0, last.index)}${name}=${value}${text.slice(last.index + last[0].length)}`;
  const expected = { ...parseEnv(text), ...parseEnv(`${name}=${value}`) };
  const found = parseEnv(made);
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names].every((one) => expected[one] === found[one]) ? made : null;
}
