import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { describe, expect, test } from 'vitest';

/** A node of the syntax tree, of which only what is asked for below is known. */
interface Node {
  type: string;
  value?: unknown;
  [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;
const child = (node: Node, key: string): Node => {
  const found = node[key];
  return isNode(found) ? found : { type: 'none' };
};
const isJsx = ({ type }: Node) => type === 'JSXElement' || type === 'JSXFragment';
/** Names of props that hand over something to show. What it is does not change while the page is shown. */
const slots = ['children', 'aside'];

/** `text` stays, `words` may change, `part` is an element that may come and go, `slot` is handed over, `nothing` is not there. */
function kindOf(node: Node): 'text' | 'words' | 'element' | 'part' | 'slot' | 'nothing' {
  if (isJsx(node)) return 'element';
  if (node.type === 'JSXText') return /^\s*\n\s*$/.test(String(node.value)) ? 'nothing' : 'text';
  if (node.type === 'JSXExpressionContainer') return kindOf(child(node, 'expression'));
  if (node.type === 'ParenthesisExpression') return kindOf(child(node, 'expression'));
  if (node.type === 'JSXEmptyExpression' || node.type === 'NullLiteral') return 'nothing';
  if (node.type === 'StringLiteral') return 'text';
  if (node.type === 'BinaryExpression') return isPart(child(node, 'right')) ? 'part' : 'words';
  if (node.type === 'ConditionalExpression')
    return isPart(child(node, 'consequent')) && isPart(child(node, 'alternate')) ? 'part' : 'words';
  const called = node.type === 'CallExpression' ? child(node, 'callee') : node;
  if (slots.includes(String(called.value))) return 'slot';
  return child(called, 'property').value === 'map' ? 'part' : 'words';
}

const isPart = (node: Node) => ['element', 'part', 'nothing'].includes(kindOf(node));

/** Tells whether React would have to change or find a text among these children, beside others. */
function isFragile(children: Node[]): boolean {
  const kinds = children.map(kindOf).filter((kind) => kind !== 'nothing');
  const has = (kind: string) => kinds.some((one) => one === kind);
  return kinds.length > 1 && (has('words') || (has('part') && (has('text') || has('slot'))));
}

/** Finds each element whose text a translator would take out of React's hands, by its source. */
function fragile(source: string): string[] {
  const found: string[] = [];
  const bytes = Buffer.from(source);
  const visit = (value: unknown, offset: number) => {
    if (Array.isArray(value)) for (const one of value) visit(one, offset);
    else if (typeof value === 'object' && value !== null) {
      if (isNode(value) && isJsx(value) && Array.isArray(value.children) && isFragile(value.children)) {
        const { start, end } = Object(value.span);
        found.push(
          bytes
            .subarray(start - offset, end - offset)
            .toString()
            .replace(/\s+/g, ' '),
        );
      }
      for (const one of Object.values(value)) visit(one, offset);
    }
  };
  const tree = parseSync(source, { syntax: 'typescript', tsx: true, target: 'esnext' });
  visit(tree.body, tree.span.start);
  return found;
}

// A browser that translates a page puts each text into a <font> element. React then finds the text no more.
describe('text that React changes, or puts something before, stands in an element of its own', () => {
  const files = globSync('{app,components,lib}/**/*.tsx').filter((file) => !file.endsWith('.test.tsx'));

  test.each(files)('in %s', (file) => {
    expect(fragile(readFileSync(file, 'utf8'))).toEqual([]);
  });

  test.each([
    ['an icon that comes and goes before a text', '<b>{isBusy && <Icon />}Save</b>'],
    ['one of two icons before a text', '<b>{isOn ? <A /> : <B />} Save</b>'],
    ['an icon that comes and goes before what is handed over', '<b>{isBusy && <Icon />}{children}</b>'],
    ['words beside an element', '<b><Icon />{words}</b>'],
    ['a number in a sentence', '<b>Page {page} of {pages}</b>'],
    ['words that come and go', "<b><Icon />{isOn ? 'on' : <B />}</b>"],
    ['a list before a text', '<b>{list.map((one) => <i key={one} />)} end</b>'],
  ])('%s would be found', (_name, source) => {
    expect(fragile(`const a = ${source};`)).toEqual([source]);
  });

  test.each([
    ['a text beside an element that stays', "<b>Not sure?{' '}<a>Look</a></b>"],
    ['words that are all there is', "<b>{isBusy ? 'Saving' : 'Save'}</b>"],
    ['an element that comes and goes beside another', '<b>{isBusy && <Icon />}<i>{words}</i>{/* Why. */}</b>'],
    ['what is handed over beside an element', '<b><Icon />{children}</b>'],
  ])('%s is let be', (_name, source) => {
    expect(fragile(`const a = ${source};`)).toEqual([]);
  });
});
