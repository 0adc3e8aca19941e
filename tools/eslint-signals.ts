/**
 * Lint rules about the hardware language: JavaScript accepts a signal in a condition, in a text and on both sides of
 * `===` silently, and each of them means something else than it says.
 *
 * A signal is recognised by its type: it has a property called `__signal`.
 */
import { AST_NODE_TYPES, ESLintUtils, type TSESLint, type TSESTree } from '@typescript-eslint/utils'
import type ts from 'typescript'

const marker = '__signal'

type Context<Id extends string> = Readonly<TSESLint.RuleContext<Id, []>>
type Question = (node: TSESTree.Expression) => boolean

const condition = {
  meta: {
    type: 'problem' as const,
    docs: { description: 'A signal is no host condition' },
    schema: [],
    messages: {
      condition:
        'A signal is an object, so this condition is always true while the hardware is built. ' +
        'Use `when(...)` or `mux(...)`; to ask whether an optional signal is there, compare with `undefined`.',
      not: 'A signal is an object, so `!` gives false while the hardware is built. Use `.not()`.',
      and: 'A signal is an object, so `&&` never looks at its bits. Use `.and(...)`.',
      or: 'A signal is an object, so `||` never looks at its bits. Use `.or(...)`.',
      switch: 'A signal is an object, so no case compares its bits. Use `match(...)`.',
    },
  },
  defaultOptions: [] as [],
  create(context: Context<'condition' | 'not' | 'and' | 'or' | 'switch'>): TSESLint.RuleListener {
    const isSignal = signalQuestion(context)

    // The left side of `&&` and `||` is reported where the operator is visited, so that each mistake is told once.
    function checkTest(node: TSESTree.Expression | null): void {
      if (node === null) return
      if (node.type === AST_NODE_TYPES.LogicalExpression) {
        if (node.operator === '??') checkTest(node.left)
        checkTest(node.right)
      } else if (node.type === AST_NODE_TYPES.ConditionalExpression) {
        checkTest(node.consequent)
        checkTest(node.alternate)
      } else if (isSignal(node)) {
        context.report({ node, messageId: 'condition' })
      }
    }

    function checkOperand(node: TSESTree.Expression, messageId: 'not' | 'and' | 'or'): void {
      if (node.type === AST_NODE_TYPES.LogicalExpression || node.type === AST_NODE_TYPES.ConditionalExpression)
        checkTest(node)
      else if (isSignal(node)) context.report({ node, messageId })
    }

    return {
      IfStatement: (node) => checkTest(node.test),
      WhileStatement: (node) => checkTest(node.test),
      DoWhileStatement: (node) => checkTest(node.test),
      ForStatement: (node) => checkTest(node.test),
      ConditionalExpression: (node) => checkTest(node.test),
      SwitchStatement: (node) => {
        if (isSignal(node.discriminant)) context.report({ node: node.discriminant, messageId: 'switch' })
      },
      UnaryExpression: (node) => {
        if (node.operator === '!') checkOperand(node.argument, 'not')
      },
      LogicalExpression: (node) => {
        if (node.operator !== '??') checkOperand(node.left, node.operator === '&&' ? 'and' : 'or')
      },
      AssignmentExpression: (node) => {
        if (node.operator === '&&=' || node.operator === '||=') {
          checkOperand(node.left, node.operator === '&&=' ? 'and' : 'or')
        }
      },
      CallExpression: (node) => {
        const [value] = node.arguments
        if (node.callee.type !== AST_NODE_TYPES.Identifier || node.callee.name !== 'Boolean') return
        if (value !== undefined && value.type !== AST_NODE_TYPES.SpreadElement) checkTest(value)
      },
    }
  },
}

const text = {
  meta: {
    type: 'problem' as const,
    docs: { description: 'A signal is no text' },
    schema: [],
    messages: {
      text:
        'A signal has no value while the hardware is built, so it cannot become part of a text. ' +
        'Name what the text is about; for the value of a simulation use its handle, `sim.io.port.value`.',
      sum: 'A signal is an object, so `+` makes a text of it. Use `.add(...)` or `.addWrap(...)`.',
    },
  },
  defaultOptions: [] as [],
  create(context: Context<'text' | 'sum'>): TSESLint.RuleListener {
    const isSignal = signalQuestion(context)
    return {
      TemplateLiteral: (node) => {
        // A tag receives the values themselves.
        if (node.parent.type === AST_NODE_TYPES.TaggedTemplateExpression) return
        for (const part of node.expressions) if (isSignal(part)) context.report({ node: part, messageId: 'text' })
      },
      BinaryExpression: (node) => {
        if (node.operator !== '+') return
        for (const side of [node.left, node.right]) if (isSignal(side)) context.report({ node: side, messageId: 'sum' })
      },
      AssignmentExpression: (node) => {
        if (node.operator !== '+=') return
        for (const side of [node.left, node.right]) if (isSignal(side)) context.report({ node: side, messageId: 'sum' })
      },
      CallExpression: (node) => {
        const [value] = node.arguments
        if (node.callee.type !== AST_NODE_TYPES.Identifier || node.callee.name !== 'String') return
        if (value !== undefined && value.type !== AST_NODE_TYPES.SpreadElement && isSignal(value)) {
          context.report({ node: value, messageId: 'text' })
        }
      },
    }
  },
}

/** The method to use in place of each comparison. */
const comparisons: Readonly<Record<string, string>> = {
  '==': 'eq',
  '===': 'eq',
  '!=': 'ne',
  '!==': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
}

const compare = {
  meta: {
    type: 'problem' as const,
    docs: { description: 'Signals are compared by their methods' },
    schema: [],
    messages: {
      compare:
        '`{{operator}}` compares two objects, not the bits of a signal. Use `.{{method}}(...)`; ' +
        'to ask whether two names mean the same signal, use `Object.is(...)`.',
    },
  },
  defaultOptions: [] as [],
  create(context: Context<'compare'>): TSESLint.RuleListener {
    const isSignal = signalQuestion(context)
    return {
      BinaryExpression: (node) => {
        const method = comparisons[node.operator]
        if (method === undefined || node.left.type === AST_NODE_TYPES.PrivateIdentifier) return
        if (isAbsence(node.left) || isAbsence(node.right)) return
        if (!isSignal(node.left) && !isSignal(node.right)) return
        context.report({ node, messageId: 'compare', data: { operator: node.operator, method } })
      },
    }
  },
}

/** The plugin: `signals/condition`, `signals/text`, `signals/compare`. */
export const signals = { rules: { condition, text, compare } }

function isAbsence(node: TSESTree.Expression): boolean {
  if (node.type === AST_NODE_TYPES.Literal) return node.value === null && node.raw === 'null'
  return node.type === AST_NODE_TYPES.Identifier && node.name === 'undefined'
}

function signalQuestion(context: Context<string>): Question {
  const services = ESLintUtils.getParserServices(context)
  const checker = services.program.getTypeChecker()

  const hasMarker = (type: ts.Type): boolean => {
    const plain = checker.getBaseConstraintOfType(type) ?? type
    if (plain.isUnion()) return plain.types.some(hasMarker)
    return checker.getPropertyOfType(plain, marker) !== undefined
  }
  return (node) => hasMarker(services.getTypeAtLocation(node))
}
