/** The current activity and its unread messages. TCU section 5.4, docs/contract.md. */
import { currentActivity, noActivity } from '#layout'
import { fieldWriter, numberReader } from './bits.ts'
import { usesActivities } from './tcu-choice.ts'
import type { TcuState } from './tcu-state.ts'

const idOf = numberReader(currentActivity, 'id')
const messagesOf = numberReader(currentActivity, 'messages')
const withMessages = fieldWriter(currentActivity, 'messages')

/** CUR_ACT after power-up and TCU_RESET. */
export const currentActivityReset = BigInt(noActivity)

/** Whether something that belongs to `act` is not the current activity's; never without context switching. */
export const isForeign = (tcu: TcuState, act: number): boolean =>
  usesActivities(tcu) && act !== idOf(tcu.currentActivity)

/** The activity that lookups of the TLB compare; nothing without context switching. */
export const comparedActivity = (tcu: TcuState): number | undefined =>
  usesActivities(tcu) ? idOf(tcu.currentActivity) : undefined

/** Whether FETCH_MSG finds none by the count alone. TCU section 4.5. */
export const nothingUnread = (tcu: TcuState): boolean => usesActivities(tcu) && messagesOf(tcu.currentActivity) === 0

/** A message for the current activity was stored. */
export const countUnread = (tcu: TcuState): void => {
  if (!usesActivities(tcu)) return
  tcu.currentActivity = withMessages(tcu.currentActivity, (messagesOf(tcu.currentActivity) + 1) & 0xffff)
}

/** An unread message of the current activity was fetched, acknowledged or replied to; never below 0 (DEV-10). */
export const discountUnread = (tcu: TcuState): void => {
  const messages = messagesOf(tcu.currentActivity)
  if (usesActivities(tcu) && messages > 0) tcu.currentActivity = withMessages(tcu.currentActivity, messages - 1)
}
