import { defineType } from '../../types/define-type.ts'

/** The delegates that collections take. */
export const collectionDelegates = [
  defineType('delegate System.Comparison<T>', { 'int Invoke(T x, T y)': {} }),
  defineType('delegate System.Predicate<T>', { 'bool Invoke(T obj)': {} }),
  defineType('delegate System.Converter<TInput, TOutput>', { 'TOutput Invoke(TInput input)': {} }),
]
