# What there is of a class: `fleet sweep` and the certificate; what its participants may do; its Job; its page for a browser.

fleet-living = living
fleet-expired = expired
fleet-lab-left-over = left over
fleet-stranger = not in the roster
fleet-not-looked-for = not looked for
fleet-gone = gone

fleet-head-age = AGE
fleet-head-expires = EXPIRES
fleet-head-what = WHAT
fleet-head-name = NAME
fleet-head-command = COMMAND

fleet-label-searched = searched
fleet-label-certificate = certificate
fleet-cluster-of = { $cluster } of account { $account }
fleet-left-named = { $count } left ({ $labs })
fleet-lab-not-looked-for = { $lab } not looked for
fleet-nothing-left = nothing of the { $labs } of { $roster }, and of what they share, is left: { $at }
fleet-lab-of-nobody = { $lab } (not in the roster)
fleet-stranger-of = { $lab } of { $cluster } (not in the roster)
fleet-things = { $count ->
    [one] { $count } thing
   *[other] { $count } things
}
fleet-to-remove = to remove  { $labs }
fleet-next-remove = `{ $command }` removes what has expired or is left over
fleet-next-strangers = `{ $command }` also removes what is not in the roster: see first whether it is somebody else's

fleet-label-note = note
fleet-no-principal = { $lab }: no access entry, as the roster names no principal
fleet-common-principal = { $labs } have the same principal, { $principal }: whoever works as it sees and changes all of them

fleet-head-index = INDEX
fleet-head-attempts = ATTEMPTS
fleet-head-labs-done = LABS DONE
fleet-head-exit = EXIT
fleet-head-pod = POD
fleet-label-in = in
fleet-index = index { $index }
fleet-index-count = { $count ->
    [one] { $count } index
   *[other] { $count } indexes
}
fleet-indexes = { $count ->
    [one] index { $indexes }
   *[other] indexes { $indexes }
}
fleet-job-heading = { $labs } of { $roster } by Job { $name } in { $indexes }, { $parallelism } at once
fleet-job-place = namespace { $namespace } of { $cluster }
fleet-cluster-of-sandbox = the sandbox's cluster
fleet-context = context { $name } ({ $server })
fleet-labs-on = { $labs } on { $clusters }
fleet-done-of = { $done } of { $labs }
fleet-job-state = { $name } in namespace { $namespace }: { $state }
fleet-job-suspended = suspended, as one that waits in a queue is
fleet-job-failed = has ended, and not all of it is done
fleet-job-going = is being removed
fleet-index-failed = index { $index } has failed: { $why }
fleet-ended-with = exit code { $code }: { $why }
fleet-not-on-record = nothing is on record of it
fleet-job-already = It is under way already.
fleet-job-replaced = The Job that has ended is removed first, with its results.
fleet-job-in-sandbox = The sandbox keeps the Job, and runs no pods of it.
fleet-job-without-role = No role is named (--role-arn, --service-account): unless something else gives the pods credentials, such as EKS Pod Identity, they have none.
fleet-no-job = Nothing is there of Job { $name }.
fleet-job-goes = Job { $name } goes from namespace { $namespace } of { $cluster }, with its pods and results; the labs stay.
fleet-job-gone = Job { $name } and what was made for it are gone.
fleet-pods-end = Its pods end what they have begun.
fleet-last-words-lost = The last words could not be left in { $path }: { $why }
fleet-results-lost = The results could not be kept: { $why }

fleet-page-as-they-are = as they are
fleet-page-written = { $what }; written by lab2048
fleet-page-written-in = { $what }, in { $took }; written by lab2048
fleet-page-causes = Causes
fleet-page-number = Labs
fleet-page-why = Why
fleet-page-which = Which
fleet-page-labs = Labs
fleet-page-lab = Lab
fleet-page-cluster = Cluster
fleet-page-state = State
fleet-page-time = Time
fleet-page-result = Result
fleet-page-chart = When each lab began and ended
fleet-page-capacity = Capacity
fleet-page-limit = Limit
fleet-page-where = Where
fleet-page-allowed = Allowed
fleet-page-in-use = In use
fleet-page-new = New
fleet-page-room = Room
fleet-page-cost = About { $hourly } an hour, { $daily } a day, by AWS's prices; traffic is not in it.
fleet-page-until-ready = About { $total } until all are ready.
