import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Text by path from the root of the checkout. */
export type Files = ReadonlyMap<string, string>

/** One import or re-export as it is written. */
export interface Import {
  /** A path from the root for a file of the house, else the name of a package. */
  readonly target: string
  readonly kind: 'value' | 'type' | 'dynamic'
}

/** Return every file of the checkout but what `.gitignore` names, so that a file is checked before it is committed. */
export function houseFiles(): Files {
  const ignored = readFileSync(`${ROOT}.gitignore`, 'utf8').split('\n').filter(Boolean)
  // As git does: a line with a slash at its end means folders, and no link to one.
  const isIgnored = (name: string, path: string, isFolder: boolean): boolean =>
    name === '.git' ||
    ignored.some((line) =>
      line.startsWith('*')
        ? name.endsWith(line.slice(1))
        : line === name || (isFolder && [`${name}/`, `${path}/`].includes(line)),
    )
  const files = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const entry of readdirSync(`${ROOT}${folder}`, { withFileTypes: true })) {
      const path = `${folder}${entry.name}`
      if (isIgnored(entry.name, path, entry.isDirectory())) continue
      if (entry.isDirectory()) walk(`${path}/`)
      else if (entry.isFile()) files.set(path, readFileSync(`${ROOT}${path}`, 'utf8'))
      else if (entry.isSymbolicLink()) files.set(path, `link to ${readlinkSync(`${ROOT}${path}`)}`)
    }
  }
  walk('')
  return files
}

const parsed = new Map<string, ts.SourceFile>()

/** Return the syntax tree of a file. */
export function treeOf(path: string, text: string): ts.SourceFile {
  const key = `${path}\0${text}`
  const tree = parsed.get(key) ?? ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
  parsed.set(key, tree)
  return tree
}

/** Return every node of a tree, the tree first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  ts.forEachChild(node, (child) => void children.push(child))
  for (const child of children) yield* nodesOf(child)
}

/** Return where a node stands, as editors read it. */
export function at(path: string, node: ts.Node): string {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
  return `${path}:${line + 1}`
}

/** Return the imports and re-exports of a file. `typeof import()` and `declare module` load nothing: types. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, kind: Import['kind']): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const { text: name } = specifier
    found.push({ target: name.startsWith('.') ? posix.join(dirname(path), name) : name, kind })
  }
  for (const node of nodesOf(treeOf(path, text))) {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.isTypeOnly ? 'type' : 'value')
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value')
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, 'type')
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], 'dynamic')
  }
  return found
}

/** Return the statements of a file that it exports by name where they stand. */
export function exportsOf(path: string, text: string): ts.Statement[] {
  return treeOf(path, text).statements.filter(
    (statement) =>
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
  )
}
