import type { ApiTokenScope } from '../../client/index.ts'
import type { TextKey } from '../texts/language.ts'

export const SCOPE_WORDS = {
  'account:read': 'tokens.accountRead',
  'account:write': 'tokens.accountWrite',
  'admin:read': 'tokens.adminRead',
  'admin:write': 'tokens.adminWrite',
} as const satisfies Record<ApiTokenScope, TextKey>

export function isScope(scope: string): scope is ApiTokenScope {
  return Object.hasOwn(SCOPE_WORDS, scope)
}
