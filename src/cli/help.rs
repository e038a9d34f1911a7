//! What `--help` says about the ends of the longer commands.

pub(super) const CHANGE_HELP: &str = "Without --yes the preview is printed and nothing is sent.

Exit status:
  0  done; without --wait, accepted by AWS; or a dry run
  1  AWS refused, or it came to nothing: failed, rolled back, replaced
  2  not started: what was typed makes no sense, or AWS cannot be asked
  3  nothing was sent: not confirmed, guarded, locked, read-only, changed
     meanwhile, not checked, not recorded
  4  sent, and its end is not known: no answer, or gave up waiting
A rollback that succeeded is 0 for `rollback --wait`, and 1 for the
`redeploy --wait` that it undid. Of several tasks the worst counts: 1, 3, 4.";

pub(super) const APPROVE_HELP: &str =
    "Without --yes the preview with its evidence is printed and nothing is sent.
--yes takes the percentage of production that this answer authorises in
the end, as the preview names it, or the service's name where no traffic
moves. A finding in the evidence needs --reason.

Exit status:
  0  AWS accepted the answer; with --wait, the traffic moved as announced
  1  AWS refused, or it came to nothing: stopped, failed, rolled back
  2  not started: what was typed makes no sense, or AWS cannot be asked
  3  nothing was sent: nothing waits, somebody else answered first, not
     confirmed, a finding without a reason, guarded, locked, read-only,
     changed meanwhile, not checked, not recorded
  4  sent, and its end is not known: no answer, or gave up waiting
Only 0 is an approval.";

pub(super) const WAIT_HELP: &str = "Exit status:
  0  reached
  1  it will not be reached: the deployment failed, was stopped, rolled
     back or replaced; or, until hold, it ended without waiting
  2  not started: what was typed makes no sense, or AWS cannot be asked
  4  not reached within --timeout, or interrupted
That a deployment waits for a person is no approval: --until stable goes on
waiting, and ends with 1 when its deadline rolls it back.";

pub(super) const LOGS_HELP: &str = "With --follow lines are held back for 1.5 s so that they come in order;
one that comes later is marked: ~ before it, or \"late\": true.
Each line of JSON has timestamp, message, group, stream, container, task
and event_id. What cannot be read is said on standard error.

With --live lines come by StartLiveTail, a second after CloudWatch has them
and without calls to FilterLogEvents, but for what was before. AWS bills each
minute of it (0.01 USD in us-east-1; 1800 minutes a month are free), tells at
most 500 lines of a second and leaves out the rest, which is said; such lines
have no event_id. What live tail cannot follow is polled.

Exit status:
  0  everything up to now was printed; or, following, ended by ctrl-c, or
     because nobody reads any more
  1  standard output could not be written
  2  not started: what was typed makes no sense, or AWS cannot be asked; or
     not everything could be read";
