/**
 * What each metric means, for `# HELP` and docs/metrics.md. Gauges and counters by the name they
 * are exposed under.
 */
export const metricWords: Readonly<Record<string, string>> = {
  // Scanner
  coldsweep_chain_head: 'Height of the newest block that a node has told of',
  coldsweep_scan_height: 'Height up to which blocks are read and stored',
  coldsweep_head_stood_seconds: 'How long no node has told of a higher head',
  coldsweep_scan_lag_blocks: 'Blocks between the head and what is read',
  coldsweep_final_height: 'Height up to which deposits are confirmed; -1 before the first',
  coldsweep_finality_stood_seconds:
    'How long the final height has not risen, where finality has a tag',
  coldsweep_scan_failures_total: 'Rounds of the scanner that failed and were tried again',
  coldsweep_deposits_detected_total: 'Deposits found, by kind (native, token, inner)',
  coldsweep_late_transfers_total:
    'Token deposits that a block showed when it became final, and not when it was read first',
  coldsweep_cut_log_answers_total:
    'Blocks of which a node left out logs without an error, found by other questions',
  coldsweep_unread_token_blocks_total:
    'Blocks, older than lateWalletBlocks, in which nobody has looked for a listed token',
  coldsweep_transfer_differences_total:
    'Transfers that a later read of a block lists otherwise than an earlier one, by kind',
  coldsweep_deposits_confirmed_total: 'Deposits whose block became final and that were handed on',
  coldsweep_unbacked_deposits:
    'Token deposits that no balance explains and that wait for an operator, by asset',
  coldsweep_unbacked_alarms_total:
    'Assets with deposits that stayed unbacked for ten minutes, one count an asset',
  coldsweep_backing_unknown_total:
    'Token deposits credited although a balance behind them could not be read',
  coldsweep_deposits_doubted_total:
    'Looks at a final deposit that too few nodes bear out, by reason',
  coldsweep_reorgs_total: 'Reorganisations followed',
  coldsweep_reorg_depth_blocks: 'Depth of the last reorganisation',
  coldsweep_reorgs_below_final_total: 'Reorganisations below what was final: never in a good week',
  coldsweep_reorgs_too_deep_total: 'Reorganisations deeper than the blocks that are kept',
  coldsweep_foreign_transactions_total:
    'Transactions of our addresses that no row of ours explains',
  coldsweep_unread_transactions:
    'Transactions that no endpoint can show: deposits in them are not credited yet',
  coldsweep_unread_blocks:
    'Blocks that are read again because they hold more unread transactions than rows are kept for',
  coldsweep_unread_oldest_seconds: 'Age of the oldest unread transaction',
  coldsweep_hints_total:
    'Word to waiting runs (mined gas, reorgs), by outcome; their timers look without it too',
  coldsweep_blocks_not_traced_total: 'Blocks whose inner transfers no node would trace',
  coldsweep_balance_looks_failed_total: 'Looks for unexplained coin that failed',
  coldsweep_wallets_with_unexplained_coin: 'Wallets that hold more coin than our rows explain',
  coldsweep_wallets_watched: 'Wallets of the central table that are known',
  coldsweep_wallet_refresh_seconds: 'How long the last reading of the central table took',
  coldsweep_wallet_rows_unreadable: 'Rows of the central table that hold no address',
  coldsweep_wallet_rows_reserved: 'Rows of the central table that hold an address of ours',
  coldsweep_central_database_up: '1 while the central table can be read',
  // Nodes
  coldsweep_rpc_endpoint_up:
    '1 while the endpoint answers, by its place in rpc, where that lists several',
  coldsweep_rpc_disagreements_total: 'Questions that two endpoints answered differently: one lies',
  coldsweep_rpc_unusable_answers_total:
    'Answers of endpoints with HTTP 200 that are no JSON-RPC; the next endpoint is asked',
  coldsweep_rpc_quorum_short_total: 'Questions that too few endpoints answered',
  // Worker
  coldsweep_intake_total: 'Messages of the work queues, by what became of them',
  coldsweep_relayed_total: 'Messages and events published from the outbox, by kind',
  coldsweep_outbox_lag_seconds: 'Age of the oldest message that is not published yet, by kind',
  coldsweep_swept_total: 'Sweeps recorded, by asset',
  coldsweep_parked_total: 'Times that a deposit began to wait, by reason',
  coldsweep_needs_attention_total: 'Times that a deposit asked for a person, by reason',
  coldsweep_failed_steps_total: 'Steps of sweeps that failed and are tried again, by error',
  coldsweep_adopted_total: 'Runs that were started for deposits without one',
  coldsweep_live_transactions: 'Signed transactions that are not at depth yet',
  coldsweep_oldest_unmined_blocks:
    'Age in blocks of the signed transaction that has been in no block for longest',
  coldsweep_replacements_total: 'Bumps and cancels, by outcome',
  coldsweep_refused_transactions_total:
    'Signed transactions that no node takes, by the reason that their deposits’ rows give',
  coldsweep_displaced_transactions_total: 'Nonces of ours that a stranger took',
  coldsweep_lane_look_failures_total: 'Rounds of the lane loop that failed and were tried again',
  coldsweep_keeper_uncommitted_wei: 'Coin of the keeper that no signed transaction may cost yet',
  coldsweep_unfinished_deposits: 'Deposits that have an end before them, by state',
  coldsweep_oldest_unfinished_deposit_seconds: 'Age of the oldest of them since it was detected',
  coldsweep_doubted_deposits:
    'Deposits that wait for an approve or a skip because of a doubt, by reason',
  coldsweep_chain_paused: '1 while an operator has paused the chain',
  coldsweep_reconcile_differences: 'Differences of the newest reconciliation',
  coldsweep_reconciled_height: 'Block of the newest reconciliation',
  coldsweep_reconciled_age_seconds: 'Age of the newest reconciliation',
}
