# The end of a run, what can be done next, and what is asked.

end-done = Done
end-unfinished = Not finished
end-head = { $word }: { $counts } in { $took }.
end-took-sandbox = { $took } of the sandbox's time ({ $real } of yours)
end-one-by-one = { $took } in all; one step after the other, as by hand: { $sum }
end-nothing = nothing changed
end-created = { $count } created
end-changed = { $count } changed
end-replaced = { $count } replaced
end-deleted = { $count } deleted
end-part = { $done } of { $planned }
end-time = time
end-requests = requests

gone-label = gone
gone-pod-node = { $pod } and node { $node }

next-label = next
next-open = the game in a browser
next-status = the lab as it is
next-scale-more = more pods: a Fargate node for each
next-scale = another number of pods, and of nodes
next-destroy = removes everything again
next-again = puts the lab up again
next-up = puts the lab up
next-up-or-mend = puts the lab up, or makes it as the environment has it
next-would = what would be created
next-why = why it is not ready
next-carry-out = carries this out
next-remove = removes it
next-show = shows it again
next-lesson-check = what is not yet as it has to be
next-lesson-hint = one of three; each costs 20 points
next-plan-file = carries out this plan, if nothing has moved
next-plan-file-labs = carries out this plan, lab by lab, where nothing has moved
next-plan-made-with = carries it out with the flags that it was made with
next-plan-anew = a new plan of what has moved
next-job-status = how far it is, index by index and lab by lab
next-job-delete = removes the Job and its results; the labs stay
next-access-yaml = the namespaces, and the rights in them
next-access-json = all of it, and what each needs in AWS
next-lesson-start = begins one, in a new world
next-lesson-list = what else there is
next-lesson-about = what it is about

ask-go-on = Carry this out? [y/N]
ask-remove = Type { $lab } to remove it:
ask-only-sandbox = Only the sandbox knows the address below; `{ $command }` opens the game in a browser.
ask-sandbox = This is the sandbox: an AWS region that lives in this program, { $speed } times as fast as the real one. Nothing costs money. On AWS: `lab2048 apply -e workshop`
ask-not-confirmed = not confirmed
ask-not-typed = `{ $lab }` was not typed
ask-other-name = `{ $answer }` is not the lab's name, `{ $lab }`
ask-nothing-changed = { $why }: nothing was changed.

open-serving = Serving the game until Ctrl-C.
open-cloud9 = In Cloud9 it is at { $url } (also: menu Preview > Preview Running Application, then its button for a window of its own).
open-cloud9-menu = In Cloud9: menu Preview > Preview Running Application, its button for a window of its own, and { $path } behind the address there.
open-cloud9-port = Cloud9 shows the ports 8080, 8081 and 8082 only: `{ $command }`
open-editor = In this editor it is at { $url }
open-cloudshell = CloudShell shows no pages of what runs in it. On AWS the game has an address that every browser reaches: `{ $command }`
open-ssh = From where your browser is: `{ $command }`, with the name of this machine for HOST; then open the address above there.

open-answers-but = The load balancer answers, but { $why }.
open-dns = The name of the game has to lead to the load balancer in DNS:
open-internal = The load balancer is internal: only clients inside the VPC reach it.
open-header = Only requests with the header `{ $header }` get there, which a browser does not send.
open-host = The game answers under the name { $name }; on AWS, DNS has to lead that name to the load balancer.
open-no-browser = No browser could be started; open the address above in one.

policy-bound = The roles are bound to the group { $group }; an access entry makes somebody a member of it:

# The report for others, and spans for collectors.
report-written = Names, accounts, addresses and tokens have aliases in it. Read it before you pass it on.
report-written-without = without the lab, which could not be looked at: { $cause }
telemetry-off = no spans are sent: { $cause }
telemetry-lost = the spans of this run are lost: { $cause }
telemetry-variable = { $variable } cannot be used: { $value }
telemetry-unreachable = the collector cannot be reached ({ $cause })
telemetry-timed-out = the collector has not answered in time
telemetry-refused = the collector answers HTTP { $status }
