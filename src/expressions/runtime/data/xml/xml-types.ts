import type { DefinedType } from '../../../types/define-type.ts'
import { xDocument, xElement, xmlExtensions } from './element-types.ts'
import { leafTypes, xAttribute, xContainer, xName, xNamespace, xNode, xObject } from './object-types.ts'

/** System.Xml.Linq and what it needs of System.Xml. */
export const xmlTypes: readonly DefinedType[] = [
  xName,
  xNamespace,
  xObject,
  xNode,
  xContainer,
  xElement,
  xDocument,
  xAttribute,
  ...leafTypes,
  xmlExtensions,
]
