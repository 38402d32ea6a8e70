import { type DefinedType, defineType } from '../../types/define-type.ts'

const names = (count: number) => Array.from({ length: count }, (_, i) => (count === 1 ? 'T' : `T${i + 1}`))

function funcType(count: number): DefinedType {
  const parameters = names(count)
  const list = parameters.map((name, i) => `${name} arg${i + 1}`).join(', ')
  return defineType(`delegate System.Func<${[...parameters, 'TResult'].join(', ')}>`, { [`TResult Invoke(${list})`]: {} })
}

function actionType(count: number): DefinedType {
  const parameters = names(count)
  const header = count === 0 ? 'delegate System.Action' : `delegate System.Action<${parameters.join(', ')}>`
  return defineType(header, { [`void Invoke(${parameters.map((name, i) => `${name} arg${i + 1}`).join(', ')})`]: {} })
}

/** Func and Action with up to 16 parameters, and what all delegates derive from. */
export const delegateTypes: readonly DefinedType[] = [
  defineType('class System.Delegate', {}),
  ...Array.from({ length: 17 }, (_, count) => funcType(count)),
  ...Array.from({ length: 17 }, (_, count) => actionType(count)),
]
