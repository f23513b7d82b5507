import { useQuery } from '@tanstack/react-query'
import { AccountPart } from '../account/account-part.tsx'
import { accountQuery } from '../queries.ts'
import { useTexts } from '../texts/use-texts.ts'
import { NewTokenSection } from './new-token-section.tsx'
import { TokenListSection } from './token-list-section.tsx'

/** Tokens by which programs act for the account, within what each may do. */
export function TokensPage() {
  const { t } = useTexts()
  const { data: account } = useQuery(accountQuery)
  // Signed out, the page is on its way out.
  if (!account) return null
  return (
    <AccountPart title={t('tokens.title')}>
      <NewTokenSection account={account} />
      <TokenListSection />
    </AccountPart>
  )
}
