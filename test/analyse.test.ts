/** What is known of functions by their source, held against what the functions do. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import tap from 'tap'
import { analyseFunction } from '../src/engine/codegen/analyse.ts'
import { evaluateArrow } from '../src/engine/plan/arrow.ts'
import type { FunctionRole } from '../src/functions/record.ts'
import type { Step } from '../src/functions/steps.ts'
import { AskFunction, runSteps } from './support/steps.ts'

const SPLIT: Step = { step: 'split', separator: ' ', trailing: 'keep' }
const LOWER: Step = { step: 'lower' }
const ONE: Step = { step: 'pair-with', value: 1 }
const json = (...path: string[]): Step => ({ step: 'json-path', path, missing: undefined })
const part = (separator: string, index: number): Step => ({ step: 'part', separator, index })
const length = (comparison: '<' | '<=' | '>' | '>=' | '===' | '!==', than: number): Step => ({
  step: 'length',
  unit: 'utf-16',
  comparison,
  than,
})
const contains: Step = { step: 'contains', text: 'x' }
const NOT_EMPTY = length('>', 0)

const withSteps: Readonly<Record<'map' | 'filter' | 'flatmap', readonly (readonly [string, ...Step[]])[]>> = {
  flatmap: [
    ["l => l.split(' ')", SPLIT],
    ['(l) => l.split(` `)', SPLIT],
    ["l => l?.split(' ')", SPLIT],
    ["l => l.split?.(' ')", SPLIT],
    ["(l: string): string[] => l.split(' ')", SPLIT],
    ["l => l.split(' ') as string[]", SPLIT],
    ["function (l) { return l.split(' ') }", SPLIT],
    ["function cut(l) { const line = l.trim(); return line.split(' ') }", { step: 'trim' }, SPLIT],
    ['l => l.split(/ /)', SPLIT],
    ['l => l.split(/\\|/)', { ...SPLIT, separator: '|' }],
    ['l => l.split(/\\t/)', { ...SPLIT, separator: '\t' }],
    ["l => l.trim().split('::')", { step: 'trim' }, { ...SPLIT, separator: '::' }],
    ["l => l.toLowerCase().split(' ')", LOWER, SPLIT],
    ["l => l.split(' ').filter(w => w.length > 3)", SPLIT, length('>', 3)],
    ["l => l.split(' ').filter(Boolean)", SPLIT, NOT_EMPTY],
    ["l => l.split(' ').map(w => w.toLowerCase())", SPLIT, LOWER],
    ["l => l.split(' ').map(w => [w, 1])", SPLIT, ONE],
    [
      "l => l.split(' ').map(l => l.toLowerCase()).filter(w => w).map(w => [w, 1])",
      SPLIT,
      LOWER,
      NOT_EMPTY,
      ONE,
    ],
    ["l => l.split(' ').flatMap(w => w.split(','))", SPLIT, { ...SPLIT, separator: ',' }],
    ["l => JSON.parse(l).msg.split(' ')", json('msg'), SPLIT],
  ],
  map: [
    ['x => x'],
    ['l => l.toLowerCase()', LOWER],
    ['l => l.toUpperCase().trim()', { step: 'upper' }, { step: 'trim' }],
    ['w => [w, 1]', ONE],
    ['w => [w, -2.5]', { step: 'pair-with', value: -2.5 }],
    ['(w: string): [string, number] => [w, 1]', ONE],
    ['l => [l.toLowerCase(), 1]', LOWER, ONE],
    ["l => l.split(',')[2]", part(',', 2)],
    ["l => l.split(',').at(2)", part(',', 2)],
    ["l => [l.split(' ')[0], 1]", part(' ', 0), ONE],
    ["l => { const parts = l.split(' '); const key = parts[1]; return [key, 1] }", part(' ', 1), ONE],
    ['l => JSON.parse(l).host', json('host')],
    ["l => JSON.parse(l)['a'].b", json('a', 'b')],
    ['l => JSON.parse(l)?.a?.[0]', json('a', '0')],
    ['l => [JSON.parse(l).host, 1]', json('host'), ONE],
    ['l => JSON.parse(l).host.toLowerCase()', json('host'), LOWER],
  ],
  filter: [
    ["l => l.includes('x')", contains],
    ["l => !l.includes('x')", { ...contains, negated: true }],
    ["l => !!l.includes('x')", contains],
    ["l => l.indexOf('x') !== -1", contains],
    ["l => l.indexOf('x') < 0", { ...contains, negated: true }],
    ["l => l.startsWith('x')", { step: 'starts-with', text: 'x' }],
    ["l => l[0] === 'x'", { step: 'starts-with', text: 'x' }],
    ["l => l.endsWith('x')", { step: 'ends-with', text: 'x' }],
    ["l => l === 'x'", { step: 'equals', text: 'x' }],
    ["l => 'x' !== l", { step: 'equals', text: 'x', negated: true }],
    ['w => w.length > 3', length('>', 3)],
    ['w => 3 > w.length', length('<', 3)],
    ['w => !(w.length == 3)', length('!==', 3)],
    ['w => w', NOT_EMPTY],
    ["w => w !== ''", NOT_EMPTY],
    ['w => w.length', NOT_EMPTY],
    ['w => Boolean(w)', NOT_EMPTY],
    ['w => !w', length('===', 0)],
    ["l => l.includes('x') && l.length > 3", contains, length('>', 3)],
    ["l => !(l.length < 4 || !l.includes('x'))", length('>=', 4), contains],
    ["function (l) { return l.includes('x') }", contains],
  ],
}

tap.test('functions that kernels can do are steps', async (t) => {
  for (const [role, table] of Object.entries(withSteps))
    for (const [text, ...steps] of table)
      t.strictSame(await analyseFunction(text, role as FunctionRole), { pure: true, steps }, text)
})

tap.test('reducers of two numbers have names', async (t) => {
  const table = {
    '(a, b) => a + b': 'plus',
    '(a: number, b: number) => a + b': 'plus',
    'function (a, b) { return a + b }': 'plus',
    '(a, b) => Math.max(a, b)': 'max',
    '(a, b) => Math.min(b, a)': 'min',
    '(a, b) => a > b ? a : b': 'max',
    '(a, b) => a <= b ? b : a': 'max',
    '(a, b) => b < a ? b : a': 'min',
    '(a) => a': 'first',
    '(a, b) => b': 'last',
  }
  for (const [text, reducer] of Object.entries(table))
    t.strictSame(await analyseFunction(text, 'reduce'), { pure: true, reducer }, text)
  for (const text of ['(a, b) => b + a', '(a, b) => a - b', '(a, b) => a + a', '(a, b) => Math.max(a, a)'])
    t.match(
      await analyseFunction(text, 'reduce'),
      { pure: true, reducer: undefined, reason: /^no kernel does `/ },
      text,
    )
  for (const text of ['(Math, b) => Math.max(Math, b)', '(a, b) => { a.push(b); return a }'])
    t.match(await analyseFunction(text, 'reduce'), { pure: false }, text)
})

tap.test('what no kernel does is pure all the same', async (t) => {
  const table: Readonly<Record<'map' | 'filter' | 'flatmap', readonly string[]>> = {
    flatmap: [
      'l => l.split(/\\s+/)',
      'l => l.split(/(,)/)',
      'l => l.split(/,/i)',
      "l => l.split('')",
      "l => l.split('\\ud83d')",
      "l => l.split(' ', 2)",
      'l => l.match(/a/g) ?? []',
      'l => l.toLowerCase()',
      "l => l.split(' ').filter((w, i) => i > 0)",
      "l => l.split(' ').map(w => [w, 1]).filter(w => w.length > 3)",
      "l => l.split(' ').slice(1)",
      'l => [...l.matchAll(/a/g)].map(m => m[0])',
      "l => { const c = new Map(); for (const w of l.split(' ')) c.set(w, (c.get(w) ?? 0) + 1); return [...c] }",
      'l => { const all = []; let m; const r = /a/g; while ((m = r.exec(l)) !== null) all.push(m.index); return all }',
    ],
    map: [
      "l => l.split(' ')",
      'l => l.length',
      "l => l.split(',').at(-1)",
      "l => l.split(',')[1.5]",
      'w => [w, NaN]',
      'w => [w, -0]',
      'w => [w, 1n]',
      'w => [1, w]',
      'w => [[w, 1], 1]',
      'l => JSON.parse(l)',
      'l => JSON.parse(l).length',
      "l => JSON.parse(l)['']",
      "l => JSON.parse(l)['01']",
      'l => JSON.parse(l, (k, v) => v).a',
      'l => { const unused = JSON.parse(l).a; return l }',
      '([key, value]) => [value, key]',
      '({ host }) => host',
      'x => ({ ...x, seen: true })',
      'x => x.a.b?.c',
      'l => { try { return JSON.parse(l) } catch { return null } }',
      "l => { const [a, b] = l.split(' '); return { a, b: Number(b) } }",
      "l => { let n = 0; const p = l.split(','); for (let i = 0; i < p.length; i++) n += Number(p[i]); return n }",
      "l => { const tidy = w => w.trim(); return l.split(',').map(tidy).sort().join() }",
      'l => l.replace(/a/g, m => m.toUpperCase())',
      'l => Math.round(Number(l) * Math.PI)',
      'l => parseInt(l, 10)',
      '() => 1',
    ],
    filter: [
      "l => l.toLowerCase().includes('x')",
      "l => l.includes('x', 3)",
      "l => l.startsWith('x', 1)",
      'l => l.includes(undefined)',
      'l => l.includes()',
      "l => l.includes('\\ud83d')",
      "l => l.includes('x') || l.length > 3",
      'l => l.length > 2.5',
      "l => l < 'x'",
      'l => /x/.test(l)',
      "l => l.split(' ').length > 3",
      'l => true',
    ],
  }
  for (const [role, texts] of Object.entries(table))
    for (const text of texts)
      t.match(
        await analyseFunction(text, role as FunctionRole),
        { pure: true, steps: undefined, reason: /^no kernel does `/ },
        text,
      )
})

tap.test('what may change, or change something, is not pure', async (t) => {
  const texts = [
    'x => Date.now()',
    'x => new Date()',
    'x => Math.random()',
    'x => performance.now()',
    'x => process.hrtime()',
    'x => crypto.randomUUID()',
    'x => globalThis.n',
    'x => console.log(x)',
    'x => Symbol()',
    'x => x.toLocaleString()',
    'x => x.localeCompare("a")',
    'x => new Intl.NumberFormat().format(x)',
    'x => this',
    'x => this.n++',
    'x => arguments[0]',
    'function () { return arguments[0] }',
    'x => eval(x)',
    'x => import(x)',
    'x => require(x)',
    'x => new Function(x)',
    'x => new Function("return Date.now()")()',
    'x => Function("return Date.now()")()',
    "x => x.constructor.constructor('return Date.now()')()",
    "x => x['con' + 'structor']",
    "x => x['constructor']['constructor']('return Date.now()')()",
    'x => x[`constructor`]',
    'x => x[x]',
    'x => x.__proto__',
    'x => (() => 1).constructor',
    '({ constructor }) => constructor("return Date.now()")()',
    '({ ["con" + "structor"]: c }) => c',
    '(Math) => Math.random()',
    '(JSON) => JSON.parse("1")',
    'x => { const Math = { random: 1 }; return Math.random() }',
    'x => { { const Math = 1 } return Math.random() }',
    'x => lookup[x]',
    'x => f(x)',
    'x => x(1)',
    'x => x.f()',
    'x => x.a.next()',
    'x => x.call(x)',
    'x => x.map.call(x, w => w)',
    'x => [].concat.apply([], x)',
    'x => (0, x.push)(1)',
    'x => [1].forEach(x.push, x)',
    'x => x.push(1)',
    'x => x?.push(1)',
    'x => x.sort()',
    'x => (x ?? []).sort()',
    'x => [x][0].push(1)',
    'x => [x].at(0).push(1)',
    'x => { const a = x; a.push(1); return a }',
    'x => { let a = []; a = x; a.push(1); return a }',
    'x => { const [a] = [x]; a.push(1); return a }',
    'x => [x].map(a => a.push(1))',
    'x => x.map((v, i, all) => all.push(v))',
    'x => JSON.parse("1", () => x).push(1)',
    'x => Object.assign(x, { a: 1 })',
    'x => [{}].map(Object.assign)',
    'x => { x.a = 1; return x }',
    'x => { x.a++; return x }',
    'x => { x = 1; return x }',
    'x => (x += "a")',
    'x => { delete x.a; return x }',
    'x => n = x',
    'x => n++',
    'x => { [n] = x }',
    'x => { ({ n } = x) }',
    'x => (n, x)',
    'x => { for (n of x) {} }',
    'x => { for (const k in x) return k }',
    'x => { var n = 1; return n }',
    'x => { using n = x; return n }',
    'x => x`a`',
    `x => String.raw\`a\${x}\``,
    `x => \`\${lookup}\``,
    'x => ({ valueOf: () => 1 }) + 0',
    'x => ({ valueOf() { return 1 } })',
    'x => ({ get a() { return 1 } })',
    'x => ({ set a(v) {} })',
    'x => ({ __proto__: x })',
    'x => ({ [x]: 1 })',
    'x => class {}',
    'x => () => x',
    'x => { let n = 0; return () => n++ }',
    'x => { let n = 0; return [() => n++] }',
    'x => [0].reduce((a) => a, () => 1)',
    'x => [x].map(a => () => a)',
    'x => { const f = () => 1; return f }',
    'x => Math.max',
    'x => parseInt',
    'x => x.matchAll(/a/g)',
    'x => x.split("").values()',
    'x => Object.entries(x).entries()',
    'x => { throw new Error(x) }',
    'x => { throw x }',
    'x => { try { return JSON.parse(x) } catch (error) { return error.stack } }',
    'x => { a: for (;;) break a }',
    'x => { debugger }',
    'x => x instanceof Array',
    'x => r.test(x)',
    'x => x.test("a")',
    'r => r.lastIndex++',
    'r => r.exec("a")',
    '(x, y = Date.now()) => y',
    '(x = 1) => x',
    '(...all) => all',
    '(x, index) => index',
    'async x => x',
    'async x => await x',
    'function* (x) { yield x }',
    'x => new.target',
    'x => [...x.a.entries(), lookup]',
    'x => Math[x](1)',
    'x => Math["random"]()',
    'x => { with (x) { a } }',
    'x => [1, 2].map(async (w) => w)',
    'x => { const f = (g) => g(); return f(Date.now) }',
    'x => [1].map(Math.random)',
    'x => [1].map(Date.now)',
    'x => new Map([[1, () => 1]])',
    'x => x.replace(/a/, lookup)',
    'x => undefined_name',
    '(',
    '',
    '5',
    'x => x) ; (y => y',
    'x => x, y => y',
    '(() => x => x)()',
    'class { static a() {} }',
    'x => x <!--n',
    'x => x\n--> n',
    'split(l) { return l }',
    'function () { [native code] }',
    `x => ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  ]
  for (const text of texts) {
    const { pure, steps, reducer, reason = '' } = await analyseFunction(text, 'map')
    t.strictSame({ pure, steps, reducer }, { pure: false, steps: undefined, reducer: undefined }, text)
    t.match(reason, /^(it|the|`).{3,}[^.]$/, text)
  }
})

tap.test('reasons name the piece of code', async (t) => {
  const table = {
    'l => Date.now() + l': '`Date.now()` may differ from call to call',
    'l => lookup[l]': 'it reads `lookup`, which is not its own',
    'l => l.sort()': '`l.sort()` changes what it did not make',
    'l => l.split(",").map(w =>\n  w.repeat(2))': 'no kernel does `w.repeat(2)`',
    'async l => l': 'it is async',
    'l => {': 'it cannot be parsed',
  }
  for (const [text, reason] of Object.entries(table))
    t.equal((await analyseFunction(text, 'map')).reason, reason, text)
})

tap.test('a closure may mean something else by the name of a global', async (t) => {
  t.match(await analyseFunction('l => JSON.parse(l).a', 'map', 'closure'), {
    pure: false,
    steps: undefined,
    reason: 'it reads `JSON`, which may be one of its program',
  })
  t.match(await analyseFunction("l => l.split(' ').filter(Boolean)", 'flatmap', 'closure'), { pure: false })
  t.match(await analyseFunction("l => l.split(' ')", 'flatmap', 'closure'), { pure: true, steps: [SPLIT] })
})

/** Text in which separators, cases, halves of pairs and JSON are frequent. */
const PIECES = [
  ' ',
  ' ',
  ',',
  ',',
  'x',
  'a',
  'B',
  'é',
  'ß',
  'İ',
  'Σ',
  '😀',
  '\ud83d',
  '\ude00',
  '\t',
  '\u00a0',
  '\ufeff',
  '::',
  '|',
]
const plainText = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''))
const leaf = fc.oneof(plainText, fc.integer(), fc.constantFrom(null, true, 0.5, -0))
const record = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'host', '0', 'length', 'é'), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
}))
const anyText = fc.oneof(
  plainText,
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.oneof(record.object, record.value).map((value) => JSON.stringify(value)),
)

/** Sources that take an expression of text, of one more step. */
const literal = fc
  .oneof(fc.constantFrom(' ', ',', 'x', '::', '😀', 'é', ''), plainText)
  .chain((text) => fc.constantFrom(JSON.stringify(text), `\`${text}\``))
const separator = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("' '", '`,`', "'::'", "'x'", '/ /', '/,/', '/\\|/', "'😀'") },
  { weight: 1, arbitrary: literal },
  { weight: 1, arbitrary: fc.constantFrom('/\\s/', '/x*/', '/(,)/', "''") },
)
const index = fc.constantFrom('0', '0', '1', '1', '2', '3', '-1')
const key = fc.constantFrom('.a', '.host', '?.b', "['a']", '[0]', '?.[1]', '.length', '.at', "['é']")
const textMaker: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc
    .constantFrom('.toLowerCase()', '.toUpperCase()', '.trim()', '?.trim()', '.trimEnd()', '.trim(1)')
    .map((call) => (text: string) => text + call),
  fc.tuple(separator, index).map(
    ([by, at]) =>
      (text: string) =>
        `${text}.split(${by})[${at}]`,
  ),
  fc.tuple(separator, index).map(
    ([by, at]) =>
      (text: string) =>
        `${text}.split(${by}).at(${at})`,
  ),
  fc.array(key, { maxLength: 3 }).map((keys) => (text: string) => `JSON.parse(${text})${keys.join('')}`),
)
const textExpression = (name: string): fc.Arbitrary<string> =>
  fc.array(textMaker, { maxLength: 3 }).map((makers) => makers.reduce((text, make) => make(text), name))
const one = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    textExpression(name),
    fc
      .tuple(textExpression(name), fc.constantFrom('1', '-2', '0.5', '-0'))
      .map(([text, n]) => `[${text}, ${n}]`),
  )
const comparison = fc.constantFrom('<', '<=', '>', '>=', '===', '!==', '==', '!=')
const test = (name: string): fc.Arbitrary<string> =>
  fc.letrec<{ test: string; each: string }>((tie) => ({
    test: fc.oneof(
      { maxDepth: 3 },
      tie('each'),
      tie('test').map((inner) => `!(${inner})`),
      fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map((parts) => `(${parts.join(' ')})`),
    ),
    each: fc.oneof(
      fc.constantFrom(name, `${name}.length`, `Boolean(${name})`, `${name}?.length`),
      fc
        .tuple(fc.constantFrom('includes', 'startsWith', 'endsWith'), literal, fc.constantFrom('', '', ', 1'))
        .map(([method, text, more]) => `${name}.${method}(${text}${more})`),
      fc
        .tuple(fc.constantFrom(`${name}.length`), comparison, fc.integer({ min: -2, max: 6 }), fc.boolean())
        .map(([left, by, n, turned]) => (turned ? `${n} ${by} ${left}` : `${left} ${by} ${n}`)),
      fc
        .tuple(fc.constantFrom(name, `${name}[0]`, `${name}.charAt(0)`, `${name}.at(0)`), comparison, literal)
        .map((parts) => parts.join(' ')),
      fc
        .tuple(literal, comparison, fc.integer({ min: -2, max: 1 }))
        .map(([text, by, n]) => `${name}.indexOf(${text}) ${by} ${n}`),
    ),
  })).test
const each = fc.oneof(
  one('w').map((body) => `.map(w => ${body})`),
  test('w').map((body) => `.filter(w => ${body})`),
  separator.map((by) => `.flatMap(w => w.split(${by}))`),
  fc.constantFrom('.filter(Boolean)', '.slice(1)', '.map(w => w.length)'),
)
const bodies: Readonly<Record<'map' | 'filter' | 'flatmap', fc.Arbitrary<string>>> = {
  map: one('l'),
  filter: test('l'),
  flatmap: fc
    .tuple(textExpression('l'), separator, fc.array(each, { maxLength: 3 }))
    .map(([text, by, calls]) => `${text}.split(${by})${calls.join('')}`),
}
const written = (body: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    `l => ${body}`,
    `(l: string) => (${body})`,
    `function (l) { return ${body} }`,
    `l => { const made = ${body}; return made }`,
    `l => { const l2 = l; return ${body.replaceAll('l.', 'l2.')} }`,
  )

const TEXTS = [
  '',
  ' ',
  ',',
  'x',
  'ax',
  'xa,b x',
  ' X\ufeff',
  'é, ß',
  '😀x',
  '\ud83d',
  'a,b,c,d',
  '{"a":["x"]}',
  '[1]',
  '"x"',
]

tap.test('every method of text, with every kind of argument, is right or is no step', async (t) => {
  const methods = Object.getOwnPropertyNames(String.prototype).filter((name) => /^[a-z]/.test(name))
  const given = [
    '',
    "'x'",
    "','",
    '``',
    '0',
    '1',
    '/x/',
    '/,/g',
    "'x', 1",
    'undefined',
    'null',
    'l',
    "...['x']",
  ]
  const ends = {
    map: ['', '[0]', '.at(1)'],
    filter: ['', ' === 0', ' > 0', " === 'x'"],
    flatmap: ['', '.map(w => [w, 1])', '.filter(w => w)'],
  }
  let steps = 0
  for (const method of methods)
    for (const argument of given)
      for (const [role, each] of Object.entries(ends) as [FunctionRole, readonly string[]][])
        for (const end of each) {
          const text = `l => l.${method}(${argument})${end}`
          const analysis = await analyseFunction(text, role)
          if (analysis.steps === undefined) continue
          steps += 1
          await agree(text, role, analysis.steps, TEXTS)
        }
  t.ok(steps > 20, `${steps} of them are steps`)
  for (const { prototype } of [Object, Array, String, Number, Boolean])
    for (const name of Object.getOwnPropertyNames(prototype))
      t.equal((await analyseFunction(`l => JSON.parse(l).a.${name}`, 'map')).steps, undefined, name)
})

tap.test('named reducers do to numbers what the function does', async (t) => {
  const number = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ noNaN: true }).filter((n) => n !== 0),
  )
  const operand = fc.constantFrom('a', 'b')
  const body = fc.oneof(
    operand,
    fc.tuple(operand, fc.constantFrom('+', '-', '*', '<'), operand).map((parts) => parts.join(' ')),
    fc
      .tuple(fc.constantFrom('max', 'min', 'pow'), operand, operand)
      .map(([f, a, b]) => `Math.${f}(${a}, ${b})`),
    fc
      .tuple(operand, fc.constantFrom('<', '<=', '>', '>=', '==='), operand, operand, operand)
      .map(([a, by, b, yes, no]) => `${a} ${by} ${b} ? ${yes} : ${no}`),
  )
  const meaning = {
    plus: (a: number, b: number) => a + b,
    min: Math.min,
    max: Math.max,
    first: (a: number) => a,
    last: (_: number, b: number) => b,
  }
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(body, number, number, async (text, a, b) => {
      const { reducer } = await analyseFunction(`(a, b) => ${text}`, 'reduce')
      if (reducer === undefined) return
      seen.add(reducer)
      const f = (await evaluateArrow(`(a, b) => ${text}`)) as (a: number, b: number) => number
      assert.equal(meaning[reducer](a, b), f(a, b), `${text} of ${a} and ${b}`)
    }),
    { numRuns: 1000 },
  )
  t.strictSame([...seen].sort(), Object.keys(meaning).sort())
})

/** Assert that steps answer as the function does, or leave it to the function; return how often they answer. */
async function agree(
  text: string,
  role: FunctionRole,
  steps: readonly Step[],
  inputs: readonly string[],
): Promise<number> {
  const f = (await evaluateArrow(text)) as (element: unknown) => unknown
  let answered = 0
  for (const input of inputs) {
    let made: unknown[]
    try {
      made = runSteps(steps, input)
    } catch (error) {
      if (!(error instanceof AskFunction)) throw error
      continue
    }
    answered += 1
    assert.deepStrictEqual(made, called(f, role, input), `${text} of ${JSON.stringify(input)}`)
  }
  return answered
}

/** What a call gives, as the list that steps give, or that it throws. */
function called(f: (element: unknown) => unknown, role: FunctionRole, text: string): unknown[] | 'throws' {
  try {
    const result = f(text)
    if (role === 'filter') return result ? [text] : []
    return role === 'flatmap' ? [...(result as Iterable<unknown>)] : [result]
  } catch {
    return 'throws'
  }
}

tap.test('steps do what the function does, or ask it', async (t) => {
  for (const role of ['map', 'filter', 'flatmap'] as const) {
    let answered = 0
    const inputs = fc.array(anyText, { minLength: 4, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(bodies[role].chain(written), inputs, async (text, texts) => {
        const { steps } = await analyseFunction(text, role)
        if (steps !== undefined) answered += await agree(text, role, steps, texts)
      }),
      { numRuns: 1000 },
    )
    t.ok(answered > 300, `${role}: ${answered} answers`)
  }
})

tap.test('only a value that is no text, or lacks what is read, is left to the function', async (t) => {
  await fc.assert(
    fc.asyncProperty(bodies.filter, anyText, async (body, input) => {
      const { steps } = await analyseFunction(`l => ${body}`, 'filter')
      if (steps !== undefined) runSteps(steps, input)
    }),
    { numRuns: 300 },
  )
  t.strictSame(runSteps([json('a', 'b')], '{"a":{"b":null}}'), [null])
  t.strictSame(runSteps([json('a', 'b')], '{"a":{}}'), [undefined])
  t.strictSame(runSteps([json('a', '1')], '{"a":[0,[2]]}'), [[2]])
  for (const input of ['', '{}', 'null', '"a"', '{"a":null}', '{"a":"text"}', '{"a":[]}'])
    assert.throws(() => runSteps([json('a', 'b')], input), AskFunction, input)
})

/** Pieces of which some are pure and some are not, in all their mixtures. */
const expression = fc.letrec<{ value: string; list: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'x',
      '1',
      "'a b'",
      'outer',
      'n',
      'n++',
      '(outer += 1)',
      'Math.random()',
      'Date.now()',
      '(n = x)',
    ),
    tie('list'),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `(${a} + ${b})`),
    fc
      .tuple(tie('list'), fc.constantFrom('.length', '[0]', '.at(-1)', '.join()', '.pop()', '.shift()'))
      .map((p) => p.join('')),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `({ a: ${a}, b: ${b} }).a`),
    tie('value').map((a) => `\`\${${a}}\``),
  ),
  list: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', 'own', '[]', '[3, 1, 2]', "'c b a'.split(' ')"),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `[${a}, ${b}]`),
    fc
      .tuple(tie('list'), fc.constantFrom('.sort()', '.slice()', '.reverse()', '.concat(x)', '.fill(n)'))
      .map((p) => p.join('')),
    fc.tuple(tie('list'), tie('value')).map(([a, b]) => `${a}.map((w, i, all) => ${b})`),
    fc.tuple(tie('list'), tie('list')).map(([a, b]) => `${a}.map((x) => ${b})`),
    tie('list').map((a) => `[...${a}.values()]`),
    tie('list').map((a) => `${a}.entries()`),
    fc.tuple(tie('list'), tie('list')).map(([a, b]) => `(${a} ?? ${b})`),
    fc.tuple(tie('list'), tie('value')).map(([a, b]) => `Object.assign(${a}, [${b}])`),
  ),
}))

tap.test('pure functions give the same twice, and leave all else as it was', async (t) => {
  let pure = 0
  const data = fc.oneof(plainText, record.list, record.value, fc.integer())
  await fc.assert(
    fc.asyncProperty(expression.value, expression.value, data, async (first, second, argument) => {
      const text = `x => { let n = 0; const own = [2, 1]; own.push(${first}); return ${second} }`
      if (!(await analyseFunction(text, 'map')).pure) return
      pure += 1
      const { f, outer } = new Function(
        `'use strict'; let outer = 0; return { f: (${text}), outer: () => outer }`,
      )() as { f: (argument: unknown) => unknown; outer: () => number }
      const results = [0, 1].map(() => {
        const copy = structuredClone(argument)
        const result = ((): unknown => {
          try {
            return f(copy)
          } catch (error) {
            return String(error)
          }
        })()
        assert.deepStrictEqual(copy, argument, `${text} changes its argument`)
        return [result, typeof result === 'object' && result !== null && 'next' in result]
      })
      assert.deepStrictEqual(results[0], results[1], text)
      assert.equal(results[0]?.[1], false, `${text} gives an iterator`)
      assert.equal(outer(), 0, text)
    }),
    { numRuns: 2500 },
  )
  t.ok(pure > 150, `${pure} of them are pure`)
})
