import ts from 'typescript'

/** The name of a test and the file, or the folder of cases, that it stands in. */
export interface NamedTest {
  readonly file: string
  readonly name: string
}

/** Return the names of the tests that a file holds; a part that is known only when it runs is an ellipsis. */
export function testNames(file: string, text: string): NamedTest[] {
  const found: NamedTest[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && calls(node.expression) === 'test') {
      const [first] = node.arguments
      const name = first === undefined ? undefined : textOf(first)
      if (name !== undefined) found.push({ file, name: name.replace(/\s+/g, ' ').trim() })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, false))
  return found
}

function calls(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined
}

function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)]
    return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`
  }
  return undefined
}

/** An id; several in a row may be written as `D1–D4`. */
const ID = /(?<![\w.])(?:A12[-.](\d{1,2})|A(?:5|6|9)|([CDPSFUMG])(\d{1,2})(?:[-–…]\2?(\d{1,2}))?)(?![\w])/g

/** Return the ids that a name carries, each once, in order. */
export function idsIn(name: string): string[] {
  const ids = [...name.matchAll(ID)].flatMap(([text, program, letter, from, to]) => {
    if (program !== undefined) return [`A12-${program}`]
    if (letter === undefined) return [text]
    const last = to === undefined ? Number(from) : Number(to)
    return Array.from(
      { length: Math.max(1, last - Number(from) + 1) },
      (_, index) => `${letter}${Number(from) + index}`,
    )
  })
  return [...new Set(ids)]
}
