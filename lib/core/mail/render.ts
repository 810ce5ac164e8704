/** Makes plain text and HTML of a letter. Both say the same words, and load nothing. */
import { inGroups } from './code.ts';
import type { Letter, Part } from './letter.ts';

/** Writes a letter as plain text. Breaks no line for its length: that is for the mail program, which knows its window. */
export function renderText({ parts }: Letter): string {
  return `${parts.map(textOf).join('\n\n')}\n`;
}

function textOf(part: Part): string {
  if (part.kind === 'facts') return part.facts.map(({ name, value }) => `${name}: ${value}`).join('\n');
  if (part.kind === 'link') return `${part.label}:\n${part.href}`;
  if (part.kind === 'code') return inGroups(part.code);
  return part.href === undefined ? part.text : `${part.text}\n${part.href}`;
}

/** The colours of app/globals.css, as mail programs know them. */
const light = {
  surface: '#f9fafb',
  raised: '#ffffff',
  ink: '#141d23',
  muted: '#48535a',
  line: '#dde1e4',
  accent: '#005a5f',
  'accent-ink': '#ffffff',
};
const dark: typeof light = {
  surface: '#0c1316',
  raised: '#141c20',
  ink: '#e9eeef',
  muted: '#a3adb1',
  line: '#283135',
  accent: '#6cd5d1',
  'accent-ink': '#031a1e',
};

/** Rules for programs that know media queries. In all others the inline styles hold, which are the light colours. */
const darkRules = [
  `.page{background-color:${dark.surface}!important}`,
  `.card{background-color:${dark.raised}!important;border-color:${dark.line}!important}`,
  `.ink{color:${dark.ink}!important}`,
  `.muted{color:${dark.muted}!important}`,
  `.link{color:${dark.accent}!important}`,
  `.button{background-color:${dark.accent}!important}`,
  `.label{color:${dark['accent-ink']}!important}`,
].join('');

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const table = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"';

/**
 * Writes a letter as an HTML document for mail programs, which know tables and inline styles best. It loads nothing and has
 * no picture. Whatever the letter holds is escaped.
 */
export function renderHtml({ subject, parts }: Letter): string {
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(subject)}</title>
<style>@media (prefers-color-scheme:dark){${darkRules}}</style>
</head>
<body class="page" style="margin:0;padding:0;background-color:${light.surface}">
${table} width="100%" class="page" style="background-color:${light.surface}"><tr><td align="center" style="padding:24px 12px">
${table} width="100%" class="card" style="max-width:560px;background-color:${light.raised};border:1px solid ${light.line};border-radius:8px"><tr><td align="left" style="padding:24px 20px 8px">
${parts.map(htmlOf).join('\n')}
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

function htmlOf(part: Part): string {
  if (part.kind === 'facts')
    return paragraph(
      part.facts
        .map(
          ({ name, value }) =>
            `<span class="muted" style="color:${light.muted}">${escaped(name)}:</span> ${escaped(value)}`,
        )
        .join('<br>'),
    );
  if (part.kind === 'link') return button(part) + paragraph(addressOf(part.href));
  if (part.kind === 'code') return digits(part.code);
  return paragraph(part.href === undefined ? escaped(part.text) : `${escaped(part.text)}<br>${addressOf(part.href)}`);
}

function paragraph(html: string): string {
  return `<p class="ink" style="margin:0 0 16px;${font};font-size:16px;line-height:24px;color:${light.ink}">${html}</p>`;
}

function digits(code: string): string {
  const style = `margin:0 0 16px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:28px;line-height:36px;font-weight:600;white-space:nowrap;color:${light.ink}`;
  return `<p class="ink" style="${style}">${escaped(inGroups(code))}</p>`;
}

/** Shows an address as text that is a link as well. It may break anywhere: a secret is longer than a phone is wide. */
function addressOf(href: string): string {
  const style = `color:${light.accent};overflow-wrap:anywhere;word-break:break-all`;
  return `<a class="link" href="${escaped(href)}" style="${style}">${escaped(href)}</a>`;
}

function button({ label, href }: { label: string; href: string }): string {
  const style = `display:inline-block;padding:10px 20px;${font};font-size:16px;line-height:24px;font-weight:600;text-decoration:none;color:${light['accent-ink']}`;
  const cell = `<td class="button" style="background-color:${light.accent};border-radius:8px">`;
  const link = `<a class="label" href="${escaped(href)}" style="${style}">${escaped(label)}</a>`;
  return `${table} style="margin:0 0 16px"><tr>${cell}${link}</td></tr></table>\n`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for an element or a quoted attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
}
