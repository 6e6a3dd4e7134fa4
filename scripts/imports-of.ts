import ts from 'typescript';

export type Import = {
  readonly specifier: string;
  readonly typesOnly: boolean;
  /** From 1. */
  readonly line: number;
};

/** A component's scripts; every other line empty, so that lines keep their numbers. */
function scriptsOf(component: string): string {
  let kept = '';
  let from = 0;
  for (const match of component.matchAll(/(<script[^>]*>)(.*?)<\/script>/gs)) {
    const start = match.index + (match[1] ?? '').length;
    const body = match[2] ?? '';
    kept += component.slice(from, start).replaceAll(/[^\n]/g, '') + body;
    from = start + body.length;
  }
  return kept;
}

/** `import type`, or every name in braces marked `type`. */
function isTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly);
}

/** Everything a file imports: import and export declarations, `import()`, and import types; in the order of the text. */
export function importsOf(path: string, text: string): readonly Import[] {
  const code = path.endsWith('.svelte') ? scriptsOf(text) : text;
  const source = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
  const imports: Import[] = [];

  function add(name: ts.Node | undefined, typesOnly: boolean): void {
    if (name === undefined || !ts.isStringLiteralLike(name)) return;
    const { line } = source.getLineAndCharacterOfPosition(name.getStart(source));
    imports.push({ specifier: name.text, typesOnly, line: line + 1 });
  }
  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypesOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return imports;
}
