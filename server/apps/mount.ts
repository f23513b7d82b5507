import type { AppContext, Contract } from '../../contracts/contract.ts'
import type { Origins } from '../http/origins.ts'

export interface Mount {
  contract: Contract
  context: AppContext
  origins: Origins
  /** Where the router finds it; differs from what callers see for an app with a host of its own. */
  internalPrefix: string
  /** Whether the app has a page about itself. */
  hasDocument: boolean
}
