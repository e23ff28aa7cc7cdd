# The live view and the lines of a run.

phase-reading = looking at AWS and the cluster
phase-settling = waiting until there is one node for each pod
phase-leftovers = looking for what is left over

live-after = after { $nodes }
live-more = … and { $count } more
live-usually = usually { $time }
live-longer = longer than usual
live-steps = { $done } of { $planned ->
    [one] { $planned } step
   *[other] { $planned } steps
}
live-left = about { $time } left
live-left-late = about { $time } left, up to { $late }
live-done-soon = done any moment
live-retry = { $why }, trying again
live-call-failed = a call failed, trying again: { $cause }

pod-waits = waits for its Fargate node
pod-pulls = pulls its image
pod-starts = starts
pod-ready = ready
pod-stops = stops, its node goes too
pod-place = { $node } in { $zone }, { $subnet }

line-wait-game = wait for the game's answer
line-wait-gone = wait until { $node } is gone
line-wait = wait for { $node }
line-progress = { $node }: { $stage }
line-again = { $node }: { $why }, trying again in { $time }{ $raw }
line-call-failed = a call failed
line-not-started = { $node } not started
line-not-started-needs = { $node } not started, as it needs { $needed }
line-failed = { $node } failed
line-failed-why = { $node } failed: { $why }
line-superseded = another run was at work here: looking again
line-overruled = deployment { $name } is to have { $now ->
    [one] { $now } pod
   *[other] { $now } pods
} now, not the { $count } of this run
line-overruled-by = deployment { $name } is to have { $now ->
    [one] { $now } pod
   *[other] { $now } pods
} now (by { $author }), not the { $count } of this run
line-overruled-meanwhile = { $what }: somebody else has changed it meanwhile
line-stop-1 = stopping: nothing new is started, what runs may end (Ctrl-C again: do not wait)
line-stop-2 = stopping: not waiting any longer (Ctrl-C again: exit at once)
line-stop-3 = stopping at once

step-silent = waiting for the API's answer
step-stage = { $stage }: { $cause }
step-still = still { $stage }, { $elapsed } of at most { $limit }
step-still-why = still { $stage }, { $elapsed } of at most { $limit }: { $cause }
step-new-role = AWS does not know the new role everywhere yet (usual for some seconds)
step-new-change = AWS has not taken in the last change everywhere yet (usual for some seconds)
step-unbegun = { $node } not begun
step-unawaited = { $node } not waited for
step-unawaited-at = { $node } still { $stage }; not waited for
step-unawaited-aws = { $node } still { $stage } in AWS; not waited for
step-answer-late = no answer yet, trying again: { $cause }

queue-holder = { $holder } has it
queue-holder-since = { $holder } has it since { $since }
queue-place = { $place } in line: { $holder }
queue-waiting = waiting for { $node }: { $holder }
queue-waiting-place = waiting for { $node }, { $place } in line: { $holder }
queue-unordered = { $waiting }; the place in line is not known: { $why }
