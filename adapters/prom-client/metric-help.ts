/**
 * Help text of each gauge and counter, by exposed name. `/metrics` prints the text as `# HELP`, and
 * docs/metrics.md repeats it.
 */
export const metricHelp: Readonly<Record<string, string>> = {
  // Both processes
  coldsweep_build_info: '1, with the process and the version of coldsweep',
  coldsweep_ready: '1 while /readyz lists no problem',
  coldsweep_part_ready: '1 while /readyz lists no problem of this loop or check, by part',
  coldsweep_leader: '1 while this process leads the chain’s scanner or lane loop, by role',
  // Scanner
  coldsweep_chain_head: 'Height of the newest block reported by a node',
  coldsweep_scan_height: 'Height up to which blocks are read and stored',
  coldsweep_head_stood_seconds: 'Seconds since a node last reported a higher head',
  coldsweep_head_stall_limit_seconds:
    'Seconds after which a head that does not rise counts as stalled',
  coldsweep_scan_lag_blocks: 'Blocks between the head and the last block read',
  coldsweep_scan_lag_limit_blocks: 'Lag in blocks above which nothing is signed (maxScanLag)',
  coldsweep_final_height: 'Height up to which deposits are confirmed; -1 before the first',
  coldsweep_finality_stood_seconds:
    'Seconds since the final height last rose, on chains with a finality tag',
  coldsweep_finality_stall_limit_seconds:
    'Seconds after which a final height that does not rise counts as stalled',
  coldsweep_scan_failures_total: 'Scan iterations that failed and were retried',
  coldsweep_deposits_detected_total: 'Deposits detected, by kind (native, token)',
  coldsweep_late_transfers_total:
    'Token deposits missing from the first read of a block and found by the recheck before final',
  coldsweep_cut_log_answers_total:
    'Blocks for which a node omitted logs without an error, found by a second query',
  coldsweep_unread_token_blocks_total:
    'Blocks older than lateWalletBlocks that were never searched for a listed token',
  coldsweep_transfer_differences_total:
    'Transfers that differ between two reads of the same block, by kind',
  coldsweep_deposits_confirmed_total:
    'Deposits whose block became final and that were queued for a sweep',
  coldsweep_unbacked_deposits:
    'Token deposits not backed by a balance and waiting for an operator, by asset',
  coldsweep_unbacked_alarms_total:
    'Assets with deposits unbacked for ten minutes, counted once per asset',
  coldsweep_backing_unknown_total: 'Token deposits credited without a readable balance behind them',
  coldsweep_deposits_doubted_total:
    'Final deposits held back because too few nodes confirm them, by reason',
  coldsweep_reorgs_total: 'Reorgs followed',
  coldsweep_reorg_depth_blocks: 'Depth of the last reorg in blocks',
  coldsweep_reorgs_below_final_total: 'Reorgs below the final height; always 0 on a healthy chain',
  coldsweep_reorgs_too_deep_total: 'Reorgs deeper than the retained headers',
  coldsweep_foreign_transactions_total:
    'External transactions: sent from our addresses without a matching row',
  coldsweep_unread_transactions:
    'Transactions that no endpoint returns; deposits in them are not credited yet',
  coldsweep_unread_blocks:
    'Blocks reread as a whole because they hold more unread transactions than rows are kept for',
  coldsweep_unread_oldest_seconds: 'Age of the oldest unread transaction',
  coldsweep_temporal_workers: 'Workers that poll Temporal, as the scanner sees them',
  coldsweep_hints_total:
    'Wake-ups sent to waiting workflows (mined gas, reorgs), by outcome; workflows also poll',
  coldsweep_blocks_not_traced_total: 'Blocks whose internal transfers no node traced',
  coldsweep_balance_looks_failed_total: 'Balance polls for unexplained native balances that failed',
  coldsweep_wallets_with_unexplained_coin: 'Wallets with more native balance than the rows explain',
  coldsweep_wallets_watched: 'Wallets loaded from the central table',
  coldsweep_wallet_refresh_seconds: 'Duration of the last read of the central table',
  coldsweep_wallet_rows_unreadable: 'Rows of the central table without a valid address',
  coldsweep_wallet_rows_reserved:
    'Rows of the central table with an address that coldsweep reserves',
  coldsweep_central_database_up: '1 while the central table is readable',
  // Nodes
  coldsweep_rpc_endpoint_up: '1 if the endpoint answered its last request, by position in rpc',
  coldsweep_rpc_endpoint_asked_timestamp_seconds:
    'Unix time at which the endpoint last answered or failed',
  coldsweep_rpc_disagreements_total: 'Questions to which two endpoints gave contradicting answers',
  coldsweep_rpc_unusable_answers_total:
    'HTTP 200 answers that are not JSON-RPC; the next endpoint is asked',
  coldsweep_rpc_quorum_short_total: 'Questions answered by fewer endpoints than the quorum',
  // Worker
  coldsweep_intake_total: 'Messages taken from the work queues, by outcome',
  coldsweep_relayed_total: 'Messages and events published from the outbox, by kind',
  coldsweep_outbox_lag_seconds: 'Age of the oldest unpublished message, by kind',
  coldsweep_dead_letters: 'Messages in Processing_Failures',
  coldsweep_swept_total: 'Sweeps recorded, by asset',
  coldsweep_gas_spent_wei_total:
    'Network fees of final transactions in wei, paid by keeper or wallet, by the asset of the sweep',
  coldsweep_budget_spent_wei:
    'Gas money and fees that the keepers spent in the last hour or day, in wei; asset "" is the chain',
  coldsweep_budget_limit_wei: 'Budgets of gas money, in wei; asset "" is the chain',
  coldsweep_asset_paused: '1 while the breaker or an operator stops the sweeps of an asset',
  coldsweep_parked_total: 'Times a deposit started to wait, by reason',
  coldsweep_needs_attention_total: 'Times a deposit started to need an operator, by reason',
  coldsweep_failed_steps_total: 'Sweep steps that failed and are retried, by error',
  coldsweep_adopted_total: 'Workflows started for deposits without one',
  coldsweep_live_transactions: 'Signed transactions that are not final yet',
  coldsweep_oldest_unmined_blocks: 'Age in blocks of the oldest unmined transaction',
  coldsweep_unmined_limit_blocks:
    'Age in blocks above which an unmined transaction needs an operator (5 × bumpAfterBlocks)',
  coldsweep_replacements_total: 'Bumps and cancels, by outcome',
  coldsweep_refused_transactions_total:
    'Signed transactions that no node accepts, by the reason in the deposit’s row',
  coldsweep_displaced_transactions_total:
    'Nonces used by a transaction that coldsweep did not sign',
  coldsweep_external_transactions: 'External transactions that recover has not adopted yet',
  coldsweep_closed_lanes:
    'Lanes that sign nothing until an operator recovers them, by role of the sender',
  coldsweep_lane_look_failures_total: 'Iterations of the lane loop that failed and were retried',
  coldsweep_keeper_uncommitted_wei: 'Keeper balance not committed to signed transactions, in wei',
  coldsweep_keeper_alert_below_wei:
    'Uncommitted keeper balance below which the keeper is low, in wei (alertBelow)',
  coldsweep_keeper_empty_below_wei:
    'Cost of one plain transfer at the last keeper watch, in wei; below it the keeper is empty',
  coldsweep_keeper_watch_age_seconds: 'Age of the last keeper watch',
  coldsweep_keeper_burn_wei_per_second:
    'Value and fees of the gas payments mined in the last hour, in wei per second',
  coldsweep_keeper_seconds_to_empty:
    'Seconds until the uncommitted keeper balance is spent at the burn rate; +Inf while nothing is spent',
  coldsweep_keeper_sweeps_left:
    'Sweeps that the uncommitted keeper balance pays for at the mean cost of the last 50 gas payments',
  coldsweep_unfinished_deposits: 'Deposits not in a terminal state, by state and reason',
  coldsweep_oldest_unfinished_deposit_seconds:
    'Age of the oldest unfinished deposit since its detection, without uneconomic ones and those of joint sweeps',
  coldsweep_doubted_deposits:
    'Deposits in doubt that wait for an operator to approve or skip them, by reason',
  coldsweep_unsearched_token_blocks:
    'Blocks that were never searched for a listed token and wait for a rescan or an answer, by asset',
  coldsweep_chain_paused: '1 while the chain is paused by an operator',
  coldsweep_reconcile_differences:
    'Differences of the latest reconciliation that no operator has acknowledged',
  coldsweep_reconciled_height: 'Block of the latest reconciliation',
  coldsweep_reconciled_age_seconds: 'Age of the latest reconciliation',
  coldsweep_reconcile_interval_seconds:
    'Interval of the scheduled reconciliation (timers.reconcileSeconds)',
  coldsweep_audit_intact: '1 while the chain of the operators’ actions is complete and unchanged',
  coldsweep_audit_rows: 'Rows in the chain of the operators’ actions',
  coldsweep_audit_head: 'First 48 bits of the newest hash of that chain',
}
